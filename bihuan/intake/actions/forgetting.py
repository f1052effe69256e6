"""Mails as they came, once nobody may need them any more: the sealed original goes, the row stays."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from bihuan.foundation.actor import Actor
from bihuan.intake.access import require_job
from bihuan.intake.events import MailOriginalsRemoved
from bihuan.intake.models import Mail
from bihuan.journal import actions as journal


@transaction.atomic
def remove_originals_of(*, actor: Actor, customer_ids: Collection[int], at: datetime) -> int:
    """The originals of a customer who is erased. For ``retention``. Raises NotAllowed."""
    require_job(actor)
    mails = Mail.objects.filter(message__conversation__customer_id__in=customer_ids, raw__isnull=False)
    count = Mail.objects.filter(pk__in=list(mails.values_list("pk", flat=True))).update(raw=None)
    if count:
        journal.write(actor, MailOriginalsRemoved(customer_id=min(customer_ids), count=count), at=at)
    return count


@transaction.atomic
def remove_originals(*, actor: Actor, mail_ids: Collection[int], at: datetime) -> int:
    """Originals whose time is over. For ``retention``. Raises NotAllowed."""
    require_job(actor)
    count = Mail.objects.filter(pk__in=mail_ids, raw__isnull=False).update(raw=None)
    if count:
        journal.write(actor, MailOriginalsRemoved(customer_id=None, count=count), at=at)
    return count
