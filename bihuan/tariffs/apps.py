from django.apps import AppConfig


class TariffsConfig(AppConfig):
    name = "bihuan.tariffs"
    label = "tariffs"
