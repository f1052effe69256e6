from django.apps import AppConfig


class ClearanceConfig(AppConfig):
    name = "bihuan.clearance"
    label = "clearance"
