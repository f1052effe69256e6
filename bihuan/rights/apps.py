from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "bihuan.rights"
    label = "rights"
