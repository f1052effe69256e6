from django.apps import AppConfig


class BreachesConfig(AppConfig):
    name = "bihuan.breaches"
    label = "breaches"
