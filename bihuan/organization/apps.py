from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "bihuan.organization"
    label = "organization"
