from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "bihuan.privacy"
    label = "privacy"
