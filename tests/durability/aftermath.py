"""Lets a stack come to rest after a storm and prints what is there; run as a program beside the stack.

What the product would do in the next hours it does at once: the heartbeat of dead workers is made old, jobs of theirs
are looked for, mails that wait for another attempt are tried as if it were later.
"""

import json
import os
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes
from io import StringIO
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

from tests.waiting import wait_until

LATER = timedelta(hours=3)
PATIENCE = 120


def settle() -> None:
    """Wait until nothing is left to do, seal the journal and check it."""
    from bihuan.intake.models import Delivery, DeliveryState
    from bihuan.journal.queries import consumer_statuses

    wait_until(_mailbox_is_read, seconds=PATIENCE)
    resume_lost_jobs()
    wait_until(lambda: not any(it.waiting for it in consumer_statuses()), seconds=PATIENCE)
    wait_until(lambda: not unfinished_jobs(), seconds=PATIENCE, describe=lambda: str(unfinished_jobs()))
    deliver_later_mail()
    wait_until(lambda: not any(it.waiting for it in consumer_statuses()), seconds=PATIENCE)
    assert not Delivery.objects.filter(state=DeliveryState.QUEUED).exists()
    call_command("journal", "seal", stdout=StringIO())


def _mailbox_is_read() -> bool:
    """Read the mailbox, then look back for what was passed over; False while the worker reads it."""
    from bihuan.foundation.moment import now
    from bihuan.intake.actions import poll_mailbox
    from bihuan.intake.tasks import MAILBOX, POSTMAN
    from bihuan.mail.mailbox import open_mailbox

    with open_mailbox(os.environ[MAILBOX]) as mailbox:
        reports = [poll_mailbox(actor=POSTMAN, mailbox=mailbox, at=now(), reconcile=it) for it in (False, True)]
    return not any(report.is_busy for report in reports)


def resume_lost_jobs() -> None:
    """Only the newest worker lives: the others stop counting now instead of in half a minute."""
    from procrastinate.exceptions import AlreadyEnqueued

    from bihuan.foundation.jobs import resume_stalled_jobs

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'"
            " WHERE id < (SELECT max(id) FROM procrastinate_workers)"
        )
    with suppress(AlreadyEnqueued):
        resume_stalled_jobs.defer(timestamp=0)


def unfinished_jobs() -> list[tuple[str, str]]:
    from procrastinate.contrib.django.models import ProcrastinateJob

    return list(ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).values_list("task_name", "status"))


def deliver_later_mail() -> None:
    """Try again what an attempt that was killed has put off."""
    from bihuan.foundation.moment import now
    from bihuan.intake.actions import deliver_due
    from bihuan.intake.tasks import POSTMAN

    while deliver_due(actor=POSTMAN, at=now() + LATER):
        continue


def found() -> dict[str, Any]:
    """Everything that is there, in the words the outside world knows it by."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from bihuan.journal.queries import consumer_statuses

    failed = ProcrastinateJob.objects.filter(status="failed").values_list("task_name", flat=True)
    return {
        "cases": cases(),
        "mails": mails(),
        "deliveries": deliveries(),
        "exports": exports(),
        "parked": sum(it.parked for it in consumer_statuses()),
        "failed_jobs": Counter(failed),
    }


def cases() -> list[dict[str, Any]]:
    """Every case: who wrote, its number, and how often each thing that must happen once has happened."""
    from bihuan.cases.models import Case, CaseSearch
    from bihuan.foundation.files import read_file
    from bihuan.intake.models import Attachment, Delivery
    from bihuan.journal.models import StoredEntry
    from bihuan.promises.models import Promise

    entries: dict[int, list[str]] = {}
    for case_id, code, verb in StoredEntry.objects.filter(subject="case").values_list(
        "subject_id", "code", "payload__verb"
    ):
        entries.setdefault(case_id, []).append(f"{code} {verb}" if verb else code)
    promises: dict[int, list[str]] = {}
    for case_id, kind in Promise.objects.filter(subject="case").values_list("subject_id", "kind"):
        promises.setdefault(case_id, []).append(kind)
    receipts = Counter(Delivery.objects.filter(notice="RECEIPT").values_list("message__conversation_id", flat=True))
    pictures: dict[int, list[int]] = {}
    for kept in Attachment.objects.select_related("file", "message"):
        assert kept.file is not None
        pictures.setdefault(kept.message.conversation_id, []).append(len(read_file(kept.file)))
    findable = set(CaseSearch.objects.values_list("pk", flat=True))
    return [
        {
            "number": case.number,
            "address": case.customer.emails.get().value,
            "channel": case.channel,
            "entries": Counter(entries.get(case.pk, [])),
            "promises": Counter(promises.get(case.pk, [])),
            "receipts": receipts[case.conversation_id],
            "pictures": pictures.get(case.conversation_id, []),
            "is_findable": case.pk in findable,
        }
        for case in Case.objects.select_related("customer").prefetch_related("customer__emails")
    ]


def mails() -> list[dict[str, Any]]:
    """Every mail that was taken in, apart from repetitions: its Message-ID, its messages and places in quarantine."""
    from bihuan.intake.models import Mail, Quarantine
    from bihuan.mail.reasons import MailOutcome

    waiting = set(Quarantine.objects.values_list("mail_id", flat=True))
    taken = Mail.objects.exclude(outcome=MailOutcome.DUPLICATE).select_related("message")
    return [
        {
            "id": message_from_bytes(mail.raw)["Message-ID"],
            "message": mail.message.external_id if mail.message else None,
            "is_quarantined": mail.pk in waiting,
        }
        for mail in taken
    ]


def deliveries() -> list[dict[str, Any]]:
    """Every mail that was to go out."""
    from bihuan.intake.models import Delivery

    return [
        {"id": it.message.external_id, "state": it.state, "attempts": it.attempts}
        for it in Delivery.objects.select_related("message")
    ]


def exports() -> list[dict[str, Any]]:
    """Every export: how it ended, how often the journal says so, and the lines of its file."""
    from bihuan.exports.models import ExportJob
    from bihuan.exports.sealed_file import read_pieces
    from bihuan.journal.models import StoredEntry

    ends = Counter(
        StoredEntry.objects.filter(code="cases.exported", payload__state="DONE").values_list(
            "payload__export_id", flat=True
        )
    )
    return [
        {
            "id": job.pk,
            "state": job.state,
            "rows": job.done,
            "lines": b"".join(read_pieces(job.token)).count(b"\r\n") - 1 if job.state == "DONE" else None,
            "ends": ends[job.pk],
        }
        for job in ExportJob.objects.all()
    ]


def main() -> None:
    """Settle, then tell."""
    settle()
    print(json.dumps(found(), default=str))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.settings"
    django.setup()
    main()
