from django.apps import AppConfig


class LanguageConfig(AppConfig):
    name = "bihuan.language"
    label = "language"
