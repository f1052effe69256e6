from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "bihuan.sharing"
    label = "sharing"
