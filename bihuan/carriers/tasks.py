"""The jobs of the lines to other companies."""

from bihuan.carriers import actions
from bihuan.foundation.actor import Actor
from bihuan.foundation.jobs import app
from bihuan.foundation.moment import now


@app.task(name=actions.TRIAL_TASK)
def run_trial(trial_id: int) -> None:
    """Ask a provider because an administrator wants to see whether it answers."""
    actions.run_trial(actor=Actor.system("carrier-trial"), trial_id=trial_id, at=now())


@app.periodic(cron="23 3 * * *")
@app.task(queueing_lock="carriers.remove_old_calls")
def remove_old_calls(timestamp: int) -> None:
    """Remove the figures of last week's calls."""
    actions.remove_old_calls(at=now())
