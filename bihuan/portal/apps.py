from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "bihuan.portal"
    label = "portal"
