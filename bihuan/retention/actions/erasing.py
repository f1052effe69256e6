"""A customer is erased everywhere at once, unless something forbids it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.cases import actions as cases
from bihuan.customers import actions as customers
from bihuan.customers.models import CustomerEmail
from bihuan.customers.queries import family_ids
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Refusal
from bihuan.intake import actions as intake
from bihuan.intake.models import Delivery, DeliveryState
from bihuan.retention.duties import duty_line
from bihuan.retention.locking import lock_holds
from bihuan.retention.queries import forbidding_duties, remaining_duties

SWEEPER = Actor.system("erasure")


class ErasureForbidden(Refusal):
    code = "erasure_forbidden"
    sentence = _("现在不能删除：{why}。")
    rule = _("有法律保全、未办结案件或在履行的合同时不删除（个人信息保护法第四十七条）")
    next_step = _("请以对应的原因答复客户，原因消除后再删。")


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is gone, and the codes of what stays."""

    erased: customers.Erased
    stays: tuple[str, ...]


@transaction.atomic
def erase_customer(*, actor: Actor, customer_id: int, at: datetime) -> Erasure:
    """Remove who a customer was: identities, addresses, lifted texts, original mails, the name on cases.

    What still has to reach the customer by mail keeps its address until it has left.
    Raises ErasureForbidden, NotVisible, NotAllowed.
    """
    lock_holds()
    if duties := forbidding_duties(customer_id, at=at):
        raise ErasureForbidden(why="；".join(duty_line(duty).label for duty in duties), duties=duties)
    stays, family = remaining_duties(customer_id), family_ids(customer_id)
    waiting = Delivery.objects.filter(recipient__customer_id__in=family, state=DeliveryState.QUEUED)
    spared = list(waiting.values_list("recipient_id", flat=True))
    erased = customers.erase_customer(actor=actor, customer_id=customer_id, spare_emails=spared, at=at)
    cases.remove_customer_label(actor=SWEEPER, customer_ids=family, at=at)
    intake.remove_originals_of(actor=SWEEPER, customer_ids=family, at=at)
    return Erasure(erased, tuple(stays))


@transaction.atomic
def remove_last_addresses(*, at: datetime) -> int:
    """Empty the mail addresses that were kept for a last answer, once it has gone; returns how many."""
    kept = CustomerEmail.objects.filter(customer__erased_at__isnull=False, emptied_at=None)
    waiting = Delivery.objects.filter(recipient__in=kept, state=DeliveryState.QUEUED).values("recipient_id")
    ids = list(kept.exclude(pk__in=waiting).values_list("pk", flat=True))
    return customers.remove_emails(actor=SWEEPER, email_ids=ids, at=at) if ids else 0
