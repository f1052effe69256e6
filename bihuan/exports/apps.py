from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "bihuan.exports"
    label = "exports"
