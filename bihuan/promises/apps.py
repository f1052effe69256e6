from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "bihuan.promises"
    label = "promises"
