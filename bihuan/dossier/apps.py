from django.apps import AppConfig


class DossierConfig(AppConfig):
    name = "bihuan.dossier"
    label = "dossier"
