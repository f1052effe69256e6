from django.apps import AppConfig


class CryptoConfig(AppConfig):
    name = "bihuan.crypto"
    label = "crypto"
