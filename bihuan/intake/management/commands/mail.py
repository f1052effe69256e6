"""``bihuan mail poll`` reads the mailbox, ``bihuan mail receive`` takes one message on standard input.

``receive`` answers as a mail server expects (sysexits.h): 0 when the mail is ours, 75 when it should try again later,
69 when the mail is larger than anything we keep.
"""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from bihuan.foundation.actor import Actor, ActorKind, Via
from bihuan.foundation.moment import now
from bihuan.intake.actions import PollReport, poll_mailbox, receive_mail, skip_mailbox
from bihuan.intake.tasks import MAILBOX
from bihuan.mail.mailbox import MailboxUnavailable, open_mailbox

EX_UNAVAILABLE = 69
EX_TEMPFAIL = 75
LARGEST_BYTES = 64 * 1024 * 1024
POSTMAN = Actor(kind=ActorKind.SYSTEM, id=None, name="mail", via=Via.COMMAND)


class Command(BaseCommand):
    help = "Take mail in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        poll = verbs.add_parser("poll", help=f"read the mailbox named by {MAILBOX}")
        poll.add_argument("--reconcile", action="store_true", help="compare the last three days UID by UID")
        poll.add_argument("--skip-past", action="store_true", help="begin after what is in the mailbox now")
        verbs.add_parser("receive", help="take one RFC 822 message on standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "receive":
            self._receive()
        else:
            self._poll(reconcile=options["reconcile"], skip_past=options["skip_past"])

    def _receive(self) -> None:
        raw = sys.stdin.buffer.read(LARGEST_BYTES + 1)
        if len(raw) > LARGEST_BYTES:
            raise CommandError("the mail is larger than 64 MB", returncode=EX_UNAVAILABLE)
        try:
            receipt = receive_mail(actor=POSTMAN, raw=raw, at=now())
        except (OperationalError, InterfaceError, OSError) as error:
            raise CommandError(f"try again later: {type(error).__name__}", returncode=EX_TEMPFAIL) from error
        self.stdout.write(f"{receipt.outcome} {receipt.reason}".strip())

    def _poll(self, *, reconcile: bool, skip_past: bool) -> None:
        url = os.environ.get(MAILBOX)
        if not url:
            raise CommandError(f"set {MAILBOX}=imaps://user:password@host/INBOX")
        try:
            with open_mailbox(url) as mailbox:
                if skip_past:
                    self.stdout.write(f"begins after UID {skip_mailbox(actor=POSTMAN, mailbox=mailbox, at=now())}")
                    return
                report = poll_mailbox(actor=POSTMAN, mailbox=mailbox, at=now(), reconcile=reconcile)
        except (MailboxUnavailable, ValueError) as error:
            raise CommandError(f"the mailbox cannot be read: {error}", returncode=EX_TEMPFAIL) from error
        self.stdout.write(_sentence(report))


def _sentence(report: PollReport) -> str:
    if report.is_busy:
        return "another process is reading this mailbox"
    return (
        f"fetched {report.fetched} = received {report.received} + duplicate {report.duplicate} + "
        f"automatic {report.automatic} + quarantined {report.quarantined}"
    )
