from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ExportsConfig(AppConfig):
    name = "bihuan.exports"
    label = "exports"

    def ready(self) -> None:
        """Every ``<module>/exports.py`` registers what it can export."""
        autodiscover_modules("exports")
