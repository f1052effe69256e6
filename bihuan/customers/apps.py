from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "bihuan.customers"
    label = "customers"
