"""Asking the carriers, and trying a line. Both take their time: they are called by jobs, never by a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from bihuan.carriers.access import require_keeper
from bihuan.carriers.calling import call
from bihuan.carriers.events import ProviderTried
from bihuan.carriers.models import ProviderCall, ProviderTrial
from bihuan.carriers.numbers import Carrier, WaybillNumberInvalid, WaybillNumberScientific, recognize
from bihuan.carriers.problems import Problem, ProviderFailed
from bihuan.carriers.providers import PROVIDERS, Provider, ProviderCode, Question, who_knows
from bihuan.carriers.refusals import ProviderUnknown, TrialUnderWay
from bihuan.carriers.scans import Scan
from bihuan.foundation.actor import Actor
from bihuan.foundation.jobs import app
from bihuan.journal import actions as journal

__all__ = [
    "Answer",
    "Problem",
    "ProviderFailed",
    "ProviderUnknown",
    "TrialUnderWay",
    "WaybillNumberInvalid",
    "WaybillNumberScientific",
    "ask_carriers",
    "remove_old_calls",
    "run_trial",
    "start_trial",
]

KEEP_CALLS = timedelta(days=8)
MOST_TRIALS_KEPT = timedelta(days=30)
TRIAL_TASK = "bihuan.carriers.tasks.run_trial"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider told of a parcel; no scans when it knows nothing."""

    provider: str
    carrier: Carrier
    scans: tuple[Scan, ...] = ()
    refused: int = 0


def ask_carriers(
    *, actor: Actor, number: str, carriers: Sequence[Carrier], phone_tail: str = "", at: datetime
) -> Answer:
    """Ask whoever may know a parcel, one after the other, until one does.

    ``carriers`` are the hints of the number, the likeliest first. Must not be called inside a transaction. Raises
    ProviderFailed with what the last one failed with, when nobody answered.
    """
    silent: dict[Carrier, Answer] = {}
    problem = Problem.NOT_CONFIGURED
    for provider, carrier in _route(carriers):
        if carrier in silent:
            continue  # it was asked, and knows nothing of this parcel
        try:
            heard = call(actor, provider, Question(number, carrier, phone_tail), at=at)
        except ProviderFailed as failure:
            problem = problem if failure.problem is Problem.NOT_CONFIGURED else failure.problem
            continue
        answer = Answer(provider.code.value, carrier, heard.scans, heard.refused)
        if answer.scans:
            return answer
        silent[carrier] = answer
    if silent:
        return next(iter(silent.values()))
    raise ProviderFailed(problem)


def _route(carriers: Sequence[Carrier]) -> Iterator[tuple[Provider, Carrier]]:
    """The hinted carriers themselves first; then those who gather from all, for the likeliest carrier only."""
    for carrier in carriers:
        yield from ((provider, carrier) for provider in who_knows(carrier) if provider.is_carrier)
    for carrier in carriers[:1]:
        yield from ((provider, carrier) for provider in who_knows(carrier) if not provider.is_carrier)


@transaction.atomic
def start_trial(*, actor: Actor, provider: str, number: str, at: datetime) -> ProviderTrial:
    """Queue a look-up, to see whether a provider answers.

    Raises NotAllowed, ProviderUnknown, TrialUnderWay, WaybillNumberInvalid, WaybillNumberScientific.
    """
    require_keeper(actor)
    if provider not in PROVIDERS:
        raise ProviderUnknown
    found = recognize(number)
    last = ProviderTrial.objects.filter(provider=provider).order_by("-asked_at").first()
    if last is not None and last.is_under_way(at):
        raise TrialUnderWay
    trial = ProviderTrial.objects.create(provider=provider, number=found.number, asked_at=at)
    journal.write(actor, ProviderTried(trial_id=trial.pk, provider=provider), at=at)
    app.configure_task(TRIAL_TASK, queueing_lock=f"carriers.trial-{provider}").defer(trial_id=trial.pk)
    return trial


def run_trial(*, actor: Actor, trial_id: int, at: datetime) -> ProviderTrial:
    """Ask for a trial and keep what came of it."""
    trial = ProviderTrial.objects.get(pk=trial_id)
    provider = PROVIDERS[ProviderCode(trial.provider)]
    hints = [carrier for carrier in recognize(trial.number).carriers if carrier in provider.carriers]
    carrier = hints[0] if hints else next(iter(provider.carriers))
    try:
        heard = call(actor, provider, Question(trial.number, carrier), at=at, as_trial=True)
        trial.scans, trial.refused = len(heard.scans), heard.refused
    except ProviderFailed as failure:
        trial.problem = failure.problem
    trial.ended_at = at
    trial.save(update_fields=["scans", "refused", "problem", "ended_at"])
    return trial


def remove_old_calls(*, at: datetime) -> int:
    """Remove figures nobody reads any more; returns how many."""
    ProviderTrial.objects.filter(asked_at__lt=at - MOST_TRIALS_KEPT).delete()
    return ProviderCall.objects.filter(at__lt=at - KEEP_CALLS).delete()[0]
