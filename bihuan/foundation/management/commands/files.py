"""``bihuan files sweep``: remove uploads nobody used and bytes without a row; name files whose bytes are missing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bihuan.foundation.files import sweep
from bihuan.foundation.moment import now


class Command(BaseCommand):
    help = "Care for the stored files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["sweep"])

    def handle(self, *args: Any, **options: Any) -> None:
        result = sweep(at=now())
        self.stdout.write(
            f"unused uploads removed: {result.unused_removed}; orphans removed: {result.orphans_removed}; "
            f"missing: {len(result.missing)}"
        )
        if result.missing:
            raise CommandError("bytes are missing for: " + ", ".join(result.missing))
