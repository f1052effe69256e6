"""Asking the carriers about a parcel: a page wishes it, a job does it, and nobody waits for it.

The line to a carrier is used between two transactions, never within one.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from bihuan.carriers.actions import Answer, Problem, ProviderFailed, ask_carriers
from bihuan.carriers.numbers import Carrier
from bihuan.carriers.queries import may_be_asked, pause_after, pause_for
from bihuan.customers.queries import phone_tails
from bihuan.foundation.actor import Actor
from bihuan.foundation.jobs import app
from bihuan.journal import actions as journal
from bihuan.parcels.access import require_keeper
from bihuan.parcels.actions.registering import WaybillDraft, register_waybill
from bihuan.parcels.actions.scanning import record_scans
from bihuan.parcels.events import InquiryEnded
from bihuan.parcels.hints import hints_for
from bihuan.parcels.models import Inquiry, Source, TrackingEvent, Waybill
from bihuan.parcels.tails import tail_digest

TASK = "bihuan.parcels.tasks.ask_carriers"
# however slow the carriers are, they take two of a worker's places at most, and mails go first
PLACES, PRIORITY = 2, -5
# nothing went out, so nobody was bothered
AGAIN_SOON = timedelta(minutes=1)
NOT_SENT = frozenset({Problem.RESTING, Problem.NOT_CONFIGURED})
# a parcel that has arrived seldom moves again; when it does, that is worth knowing
AFTER_THE_END = timedelta(hours=6)
KEPT_FOR = timedelta(days=30)


@transaction.atomic
def request_inquiry(*, number: str, carrier: str = "", units: Collection[int] = (), at: datetime) -> Inquiry | None:
    """Queue a question to the carriers, unless it is under way or was answered lately; None when nobody can be asked.

    Whoever may look at a parcel may wish this; ``units`` are told live when it has ended.
    """
    if not may_be_asked(hints_for(number, carrier)):
        return None
    Inquiry.objects.bulk_create([Inquiry(number=number)], ignore_conflicts=True)
    inquiry = Inquiry.objects.select_for_update().get(number=number)
    waiting = sorted({*(inquiry.units if inquiry.is_open(at) else ()), *units})
    if inquiry.is_due(at):
        inquiry.wished_at, inquiry.ended_at = at, None
        place = f"parcels.ask_carriers-{inquiry.pk % PLACES}"
        app.configure_task(TASK, lock=place, priority=PRIORITY).defer(inquiry_id=inquiry.pk)
    inquiry.units = waiting
    inquiry.save(update_fields=["wished_at", "ended_at", "units"])
    return inquiry


def answer_inquiry(*, actor: Actor, inquiry_id: int, at: datetime) -> Inquiry:
    """Ask the carriers, then store what they tell. A parcel nobody knew becomes a waybill when a carrier knows it.

    What another job has asked, or asks just now, is not asked again.
    """
    inquiry = Inquiry.objects.get(pk=inquiry_id)
    waybill = Waybill.objects.filter(number=inquiry.number).first()
    hints = hints_for(inquiry.number, waybill.carrier if waybill else "")
    if not _claim(inquiry, pause_for(hints), at):
        return inquiry
    try:
        answer = ask_about_parcel(actor=actor, number=inquiry.number, at=at)
    except ProviderFailed as failure:
        pause = AGAIN_SOON if failure.problem in NOT_SENT else pause_for(hints)
        return _end(actor, inquiry, failure.problem, pause, at)
    return _keep(actor, inquiry, answer, at)


def ask_about_parcel(*, actor: Actor, number: str, at: datetime) -> Answer:
    """Ask whoever knows a parcel and store nothing: the local store for our own, the carriers for all others.

    Takes its time, and must not be called inside a transaction. Raises NotAllowed, ProviderFailed.
    """
    require_keeper(actor)
    waybill = Waybill.objects.filter(number=number).first()
    hints = hints_for(number, waybill.carrier if waybill else "")
    if Carrier.HOUSE in hints:
        return ask_local_store(number=number)
    tail = _phone_tail(actor, waybill) if waybill else ""
    return ask_carriers(actor=actor, number=number, carriers=hints, phone_tail=tail, at=at)


def ask_local_store(*, number: str) -> Answer:
    """What our own network has scanned, in the words every provider answers with."""
    rows = TrackingEvent.objects.filter(waybill__number=number).order_by("at", "id")
    return Answer(Source.LOCAL.value, Carrier.HOUSE, tuple(row.scan for row in rows))


def remove_old_inquiries(*, at: datetime) -> int:
    """Forget about numbers nobody has asked for in a while; returns how many."""
    return Inquiry.objects.filter(wished_at__lt=at - KEPT_FOR).delete()[0]


def _claim(inquiry: Inquiry, pause: timedelta, at: datetime) -> bool:
    """Note before asking that this parcel is asked for: a job that is killed and starts again must not ask twice."""
    unasked = Inquiry.objects.filter(pk=inquiry.pk, ended_at=None).exclude(rest_until__gt=at)
    return bool(unasked.update(rest_until=at + pause))


@transaction.atomic
def _keep(actor: Actor, inquiry: Inquiry, answer: Answer, at: datetime) -> Inquiry:
    """Store the scans of an answer and end the inquiry with it."""
    if answer.scans:
        register_waybill(actor=actor, draft=WaybillDraft(number=inquiry.number, carrier=answer.carrier), at=at)
    pause = pause_after(answer.provider)
    if Waybill.objects.filter(number=inquiry.number).exists():
        source = answer.provider
        kept = record_scans(actor=actor, number=inquiry.number, scans=answer.scans, source=source, at=at)
        pause = max(pause, AFTER_THE_END) if kept.waybill.has_ended else pause
    inquiry.provider, inquiry.refused = answer.provider, answer.refused
    return _end(actor, inquiry, None, pause, at)


@transaction.atomic
def _end(actor: Actor, inquiry: Inquiry, problem: Problem | None, pause: timedelta, at: datetime) -> Inquiry:
    waiting = Inquiry.objects.select_for_update().get(pk=inquiry.pk).units
    inquiry.ended_at, inquiry.rest_until, inquiry.problem = at, at + pause, problem or ""
    inquiry.save(update_fields=["ended_at", "rest_until", "problem", "provider", "refused"])
    ended = InquiryEnded(inquiry_id=inquiry.pk, provider=inquiry.provider, problem=inquiry.problem)
    journal.write(actor, ended, at=at, units=waiting)
    return inquiry


def _phone_tail(actor: Actor, waybill: Waybill) -> str:
    """The last four digits some carriers ask for: those of the customer's phones that are this waybill's."""
    if waybill.phone_tail is None or waybill.customer_id is None:
        return ""
    tails = phone_tails(actor, waybill.customer_id)
    stored = bytes(waybill.phone_tail)
    return next((tail for tail in tails if tail_digest(waybill.number, tail) == stored), "")
