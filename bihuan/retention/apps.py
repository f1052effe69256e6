from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "bihuan.retention"
    label = "retention"
