from django.apps import AppConfig


class BenchConfig(AppConfig):
    name = "bihuan.bench"
    label = "bench"
