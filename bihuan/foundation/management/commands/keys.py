"""``bihuan keys``: the state of the keyring, a new key, re-encryption of everything, and the end of an old key."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bihuan.crypto import rotation
from bihuan.crypto.failures import CryptoFailure
from bihuan.crypto.keys import key_path, keyring
from bihuan.foundation.moment import now


class Command(BaseCommand):
    help = "Keys of the personal data: status, rotate, reencrypt, retire."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("status", help="which key seals how many values")
        verbs.add_parser("rotate", help="add a key and make it active, then re-encrypt everything with it")
        verbs.add_parser("reencrypt", help="go on with a re-encryption that was interrupted")
        retire = verbs.add_parser("retire", help="forget a key that nothing uses any more")
        retire.add_argument("key_id", type=int)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        self.console = Console(file=self.stdout, highlight=False)  # type: ignore[arg-type]
        try:
            getattr(self, f"do_{verb}")(**options)
        except CryptoFailure as failure:
            raise CommandError(str(failure)) from failure

    def do_status(self, **options: Any) -> None:
        """Print the use of every key by column."""
        ring = keyring()
        self.console.print(f"keyring: {key_path() or 'environment variable BIHUAN_KEYS'}")
        uses = {column.label: rotation.count_by_key(column) for column in rotation.encrypted_columns()}
        uses["files"] = rotation.count_files_by_key(Path(settings.FILES_DIR))
        key_ids = sorted({*ring.data_keys, *(key_id for use in uses.values() for key_id in use)})
        table = Table("sealed values of", *(self._key_title(key_id) for key_id in key_ids))
        for label, use in uses.items():
            table.add_row(label, *(f"{use[key_id]:,}" for key_id in key_ids))
        self.console.print(table)

    def _key_title(self, key_id: int) -> str:
        ring = keyring()
        state = "active" if key_id == ring.active_id else "opens only" if key_id in ring.data_keys else "MISSING"
        return f"key {key_id} ({state})"

    def do_rotate(self, **options: Any) -> None:
        """A new active key, then everything is sealed with it."""
        ring = rotation.rotate(now())
        self.console.print(f"key {ring.active_id} is active now")
        self.do_reencrypt()

    def do_reencrypt(self, **options: Any) -> None:
        """Seal what older keys sealed with the active one; may be stopped and started again at any time."""
        active, folder = keyring().active_id, Path(settings.FILES_DIR)
        columns = ("[progress.description]{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*(TextColumn(c) if isinstance(c, str) else c for c in columns), console=self.console) as progress:
            for column in rotation.encrypted_columns():
                use = rotation.count_by_key(column)
                task = progress.add_task(column.label, total=use.total() - use[active])
                rotation.reencrypt_column(column, report=partial(progress.advance, task))
            use = rotation.count_files_by_key(folder)
            task = progress.add_task("files", total=use.total() - use[active])
            rotation.reencrypt_files(folder, report=partial(progress.advance, task))
        self._report_rest(active, folder)

    def _report_rest(self, active: int, folder: Path) -> None:
        uses = [rotation.count_by_key(column) for column in rotation.encrypted_columns()]
        uses.append(rotation.count_files_by_key(folder))
        rest = sum(use.total() - use[active] for use in uses)
        if rest:
            raise CommandError(f"{rest:,} values were in use and keep their old key: run reencrypt again")
        self.console.print(f"all {sum(use.total() for use in uses):,} sealed values have key {active}")

    def do_retire(self, key_id: int, **options: Any) -> None:
        """Forget a key for good."""
        rotation.retire(key_id, folder=Path(settings.FILES_DIR), at=now())
        self.console.print(f"key {key_id} is gone")
