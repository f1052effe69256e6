from django.apps import AppConfig


class ParcelsConfig(AppConfig):
    name = "bihuan.parcels"
    label = "parcels"
