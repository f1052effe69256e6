"""Jobs of the promise ledger."""

from procrastinate.contrib.django import app

from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.promises.actions import escalate_due, recompute_for_calendar


@app.periodic(cron="* * * * *")
@app.task(name="promises.escalate", queueing_lock="promises.escalate")
def escalate(timestamp: int) -> int:
    """Climb every ladder that is due; returns how many promises were looked at. Runs each minute."""
    return escalate_all()


def escalate_all() -> int:
    """Work off everything that is due now, in batches of their own transactions."""
    at, total = now(), 0
    while count := escalate_due(at=at):
        total += count
    return total


@app.task(name="promises.recompute", lock="promises.recompute")
def recompute(calendar_code: str) -> None:
    """Move the running promises of a changed calendar to its edition in force."""
    recompute_all(Actor.system("promise-clock"), calendar_code)


def recompute_all(actor: Actor, calendar_code: str) -> None:
    """All batches, each in a transaction of its own; may be repeated."""
    at = now()
    after_id: int | None = 0
    while after_id is not None:
        after_id = recompute_for_calendar(actor=actor, calendar_code=calendar_code, at=at, after_id=after_id)
