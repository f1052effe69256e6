from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class JournalConfig(AppConfig):
    name = "bihuan.journal"
    label = "journal"

    def ready(self) -> None:
        """Learn every module's entry types and consumers."""
        autodiscover_modules("events")
        autodiscover_modules("consumers")
        checks.register(consumers_wait_for_known_codes)
        post_migrate.connect(prepare_table, sender=self)


def consumers_wait_for_known_codes(**kwargs: Any) -> list[checks.CheckMessage]:
    """A consumer of a code that nobody writes would wait for ever: a misspelling."""
    from bihuan.journal.registry import unknown_codes

    return [
        checks.Error(f"consumer {name} waits for unknown codes: {', '.join(codes)}", id="journal.E001")
        for name, codes in unknown_codes().items()
    ]


def prepare_table(**kwargs: Any) -> None:
    """After migrating, which is also what follows a restore: partitions for the next months, and the right base."""
    from bihuan.foundation.actor import Actor
    from bihuan.foundation.moment import now
    from bihuan.journal.actions import ensure_ahead, rebase

    ensure_ahead(now())
    rebase(actor=Actor.system("journal"), at=now())
