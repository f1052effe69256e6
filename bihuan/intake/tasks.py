"""Jobs of intake: sending mail, and reading the mailbox each minute where one is configured."""

import logging
import os

from bihuan.foundation.actor import Actor
from bihuan.foundation.jobs import app
from bihuan.foundation.moment import now
from bihuan.intake.actions import deliver_due, deliver_message, poll_mailbox
from bihuan.intake.actions.sending import DELIVERY_JOB
from bihuan.mail.mailbox import MailboxUnavailable, open_mailbox

logger = logging.getLogger(__name__)

MAILBOX = "BIHUAN_IMAP_URL"
POSTMAN = Actor.system("mail")


@app.task(name=DELIVERY_JOB, queue="mail")
def deliver(message_id: int) -> None:
    """Send one mail now; if it fails, ``deliver_due_mail`` tries again."""
    deliver_message(actor=POSTMAN, message_id=message_id, at=now())


@app.periodic(cron="* * * * *")
@app.task(name="intake.deliver_due", queueing_lock="intake.deliver_due", queue="mail")
def deliver_due_mail(timestamp: int) -> None:
    """Send what is due for another attempt, and what lost its job."""
    deliver_due(actor=POSTMAN, at=now())


@app.periodic(cron="* * * * *")
@app.task(name="intake.poll", queueing_lock="intake.poll", queue="mail")
def poll_mail(timestamp: int) -> None:
    """Take in new mail."""
    _poll(reconcile=False)


@app.periodic(cron="23 4 * * *")
@app.task(name="intake.reconcile", queueing_lock="intake.reconcile", queue="mail")
def reconcile_mail(timestamp: int) -> None:
    """Once a day: look for mails of the last days that no poll has seen."""
    _poll(reconcile=True)


def _poll(*, reconcile: bool) -> None:
    url = os.environ.get(MAILBOX)
    if not url:
        return
    try:
        with open_mailbox(url) as mailbox:
            poll_mailbox(actor=POSTMAN, mailbox=mailbox, at=now(), reconcile=reconcile)
    except MailboxUnavailable as error:
        # The next minute tries again; a failed job for each minute of an outage would help nobody.
        logger.warning("the mailbox cannot be read: %s", error)
