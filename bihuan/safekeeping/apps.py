from django.apps import AppConfig


class SafekeepingConfig(AppConfig):
    name = "bihuan.safekeeping"
    label = "safekeeping"
