"""``bihuan journal …``: check and seal the journal, watch its consumers, keep it after a restore."""

import argparse
import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from bihuan.foundation.actor import Actor, ActorKind, Via
from bihuan.foundation.moment import now
from bihuan.journal import actions, queries
from bihuan.journal.grants import web_role_statements

KEEPER = Actor(kind=ActorKind.SYSTEM, id=None, name="bihuan journal", via=Via.COMMAND)


class Command(BaseCommand):
    help = "The journal: audit log, events, timeline and live stream in one table that is only ever added to."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="check every sealed entry; exit code 1 when one is not what it was")
        verify.add_argument("--head", default="", help="number:hash noted earlier, must still be in the chain")
        verbs.add_parser("seal", help="seal everything that is closed")
        verbs.add_parser("consumers", help="entries and who reads them, with lag and last error")
        parked = verbs.add_parser("retry", help="hand parked entries out again")
        parked.add_argument("name", nargs="?", default="", help="only those of this consumer")
        rewind = verbs.add_parser("rewind", help="let a consumer read everything again")
        rewind.add_argument("name")
        verbs.add_parser("rebase", help="after a restore into another cluster: go on behind the restored entries")
        roles = verbs.add_parser("roles", help="rights of a restricted role for web processes")
        roles.add_argument("role")
        roles.add_argument("--execute", action="store_true", help="run the statements instead of printing them")

    def handle(self, *args: Any, **options: Any) -> None:
        verb: Callable[..., None] = getattr(self, options["verb"])
        try:
            verb(options)
        except actions.UnknownConsumer as error:
            raise CommandError(f"no consumer is called {error}") from None

    def verify(self, options: dict[str, Any]) -> None:
        found = queries.verify(options["head"])
        self.stdout.write(f"{found.seals} seals over {found.entries} entries hold, head {found.head}")
        if found.fault is not None:
            fault = found.fault
            self.stderr.write(f"seal {fault.number}, entries behind {fault.after} up to {fault.until}: {fault.reason}")
            if fault.row is not None:
                self.stderr.write(f"first entry that is not what was sealed: {fault.row}")
            sys.exit(1)
        self.stdout.write(f"{found.unsealed} newer entries wait for their seal")

    def seal(self, options: dict[str, Any]) -> None:
        for seal in actions.seal_closed_range(at=now()):
            self.stdout.write(f"sealed {seal.count} entries up to {seal.until}, head {seal.number}:{seal.hash.hex()}")

    def consumers(self, options: dict[str, Any]) -> None:
        for it in queries.consumer_statuses():
            lag = f"{it.waiting} waiting since {it.oldest_waiting_at:%F %T}" if it.waiting else "up to date"
            self.stdout.write(f"{it.name}: {lag}, {it.parked} parked")
            self.stdout.write(f"    reads {', '.join(it.codes) or 'every entry'}")
            if it.last_error:
                self.stdout.write(f"    last error {it.last_error_at:%F %T}: {it.last_error}")

    def retry(self, options: dict[str, Any]) -> None:
        done, failed = actions.retry_parked(options["name"])
        self.stdout.write(f"{done} went through, {failed} did not")
        if failed:
            sys.exit(1)

    def rewind(self, options: dict[str, Any]) -> None:
        actions.rewind_consumer(actor=KEEPER, name=options["name"], at=now())
        self.stdout.write(f"{options['name']} reads from the beginning")

    def rebase(self, options: dict[str, Any]) -> None:
        base = actions.rebase(actor=KEEPER, at=now())
        self.stdout.write("no rebase is needed" if base is None else f"the journal goes on at base {base}")

    def roles(self, options: dict[str, Any]) -> None:
        statements = web_role_statements(options["role"])
        if not options["execute"]:
            self.stdout.write("\n".join(f"{statement};" for statement in statements))
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
