"""The jobs that ask the carriers."""

from bihuan.foundation.actor import Actor
from bihuan.foundation.jobs import app
from bihuan.foundation.moment import now
from bihuan.parcels import actions


@app.task(name="bihuan.parcels.tasks.ask_carriers")
def ask_carriers(inquiry_id: int) -> None:
    """Ask about one parcel, because somebody looks at it."""
    actions.answer_inquiry(actor=Actor.system("carrier-inquiry"), inquiry_id=inquiry_id, at=now())


@app.periodic(cron="31 3 * * *")
@app.task(queueing_lock="parcels.remove_old_inquiries")
def remove_old_inquiries(timestamp: int) -> None:
    """Forget about numbers nobody asks for any more."""
    actions.remove_old_inquiries(at=now())
