"""A customer says yes or no."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid
from bihuan.journal import actions as journal
from bihuan.privacy.access import require_voice
from bihuan.privacy.events import ConsentRecorded
from bihuan.privacy.models import NOTICE_VERSION, Consent, Purpose

__all__ = ["PurposeUnknown", "record_consents"]


class PurposeUnknown(Invalid):
    code = "purpose_unknown"
    sentence = _("没有这项用途。")


@transaction.atomic
def record_consents(
    *, actor: Actor, customer_id: int, answers: Mapping[str, bool], channel: str, at: datetime
) -> list[Consent]:
    """Keep a yes or no to each purpose; the one that was said before holds no longer.

    Raises PurposeUnknown, NotVisible, NotAllowed.
    """
    require_voice(actor, customer_id)
    if not set(answers) <= set(Purpose.values):
        raise PurposeUnknown(field="purpose")
    said = []
    for purpose, is_given in answers.items():
        said.append(
            Consent.objects.create(
                customer_id=customer_id,
                purpose=purpose,
                is_given=is_given,
                notice_version=NOTICE_VERSION,
                channel=channel,
                said_at=at,
            )
        )
        entry = ConsentRecorded(
            customer_id=customer_id,
            purpose=purpose,
            is_given=is_given,
            notice_version=NOTICE_VERSION,
            channel=channel,
        )
        journal.write(actor, entry, at=at)
    return said
