from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    name = "bihuan.simulator"
    label = "simulator"
