from django.apps import AppConfig


class CarriersConfig(AppConfig):
    name = "bihuan.carriers"
    label = "carriers"
