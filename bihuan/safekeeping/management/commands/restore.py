"""``bihuan restore FILE``: a backup into the empty database and files folder of this installation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from bihuan.crypto.failures import CryptoFailure
from bihuan.safekeeping.passphrases import VARIABLE, secret_for_reading
from bihuan.safekeeping.programs import ProgramFailed, place_of
from bihuan.safekeeping.restoring import RestoreRefused, restore_backup


class Command(BaseCommand):
    help = "Restore a backup. The saved keyring has to be in place first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--passphrase-file", default="", help=f"else {VARIABLE}, else the keyring's backup key")
        parser.add_argument("--replace", action="store_true", help="empty the database first")

    def handle(self, *, file: str, passphrase_file: str, replace: bool, **options: Any) -> None:
        try:
            restored = restore_backup(
                Path(file),
                secret_for_reading(passphrase_file),
                place=place_of(connection.settings_dict),
                files=Path(settings.FILES_DIR),
                replace=replace,
                report=self.stdout.write,
            )
        except (CryptoFailure, RestoreRefused, ProgramFailed, OSError) as failure:
            raise CommandError(str(failure)) from failure
        # also rebases the journal: this server counts transactions from another number than the one backed up
        call_command("migrate", verbosity=0, stdout=self.stdout)
        if restored.faults:
            raise CommandError("\n".join(restored.faults))
        tables = restored.manifest.tables
        self.stdout.write(f"{len(tables)} tables and {restored.files:,} files are as on {restored.manifest.made_at}")
        call_command("journal", "verify", stdout=self.stdout)
