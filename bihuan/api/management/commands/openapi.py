"""``bihuan openapi [--check]``: write the API's description to docs/openapi.json, or fail when it is out of date."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bihuan.api.application import api

DOCUMENT = Path("docs/openapi.json")


class Command(BaseCommand):
    help = "Write or check docs/openapi.json."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: object, **options: object) -> None:
        text = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        if not options["check"]:
            DOCUMENT.parent.mkdir(exist_ok=True)
            DOCUMENT.write_text(text)
            self.stdout.write(f"wrote {DOCUMENT}")
        elif not DOCUMENT.exists() or DOCUMENT.read_text() != text:
            raise CommandError("docs/openapi.json is out of date: run `bihuan openapi` and review the difference")
