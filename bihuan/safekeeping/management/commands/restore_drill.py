"""``bihuan restore-drill FILE``: prove a backup by restoring it beside, into a server that is thrown away."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from bihuan.crypto.failures import CryptoFailure
from bihuan.runtime.postgres import ClusterError
from bihuan.safekeeping.drilling import DrillReport, drill
from bihuan.safekeeping.passphrases import VARIABLE, secret_for_reading
from bihuan.safekeeping.programs import ProgramFailed
from bihuan.safekeeping.restoring import RestoreRefused


class Command(BaseCommand):
    help = "Restore a backup beside, compare every table, verify the journal, open samples, and report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--passphrase-file", default="", help=f"else {VARIABLE}, else the keyring's backup key")

    def handle(self, *, file: str, passphrase_file: str, **options: Any) -> None:
        self.console = Console(file=self.stdout, highlight=False, width=100)  # type: ignore[arg-type]
        try:
            report = drill(Path(file), secret_for_reading(passphrase_file), report=self.console.print)
        except (CryptoFailure, RestoreRefused, ProgramFailed, ClusterError, OSError) as failure:
            raise CommandError(str(failure)) from failure
        self._print(report)
        if report.faults:
            raise CommandError("The backup is NOT proved:\n" + "\n".join(report.faults))
        self.console.print("The backup is proved.")

    def _print(self, report: DrillReport) -> None:
        table = Table("table", "rows", "as backed up")
        for name, (rows, _) in report.restored.manifest.tables.items():
            fault = any(f"table {name} " in line for line in report.faults)
            table.add_row(name, f"{rows:,}", "NO" if fault else "yes")
        self.console.print(table)
        self.console.print(f"made at {report.restored.manifest.made_at}, {report.restored.files:,} files")
        self.console.print(f"{report.opened:,} encrypted values and files opened")
        self.console.print(report.journal)
