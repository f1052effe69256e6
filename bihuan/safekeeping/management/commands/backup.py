"""``bihuan backup FILE``: database and files in one encrypted file, while everybody works. The keys are not in it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bihuan.crypto.failures import CryptoFailure
from bihuan.foundation.moment import now
from bihuan.safekeeping.backing_up import make_backup
from bihuan.safekeeping.passphrases import VARIABLE, secret_for_writing
from bihuan.safekeeping.programs import ProgramFailed


class Command(BaseCommand):
    help = "Write an encrypted backup of database and files. Keep the keyring apart: it is not in the backup."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the backup to write, or a folder that gets one named after the time")
        parser.add_argument("--passphrase-file", default="", help=f"else {VARIABLE}, else the keyring's backup key")

    def handle(self, *, file: str, passphrase_file: str, **options: Any) -> None:
        path, at = Path(file), now()
        if path.is_dir():
            path = path / f"bihuan-{at:%Y%m%d-%H%M%S}.backup"
        try:
            summary = make_backup(path, secret_for_writing(passphrase_file), at=at, report=self.stdout.write)
        except (CryptoFailure, ProgramFailed, OSError) as failure:
            raise CommandError(str(failure)) from failure
        tables = summary.manifest.tables
        self.stdout.write(
            f"{path}: {len(tables)} tables with {summary.rows:,} rows, {summary.files:,} files,"
            f" {path.stat().st_size:,} bytes. It needs the keys {', '.join(map(str, summary.manifest.key_ids))}."
        )
