"""Reads of breaches."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.breaches.access import BreachPermission, may, require
from bihuan.breaches.models import Breach, BreachCustomer, BreachState
from bihuan.breaches.notices import authority_notices, customer_notices
from bihuan.customers.queries import masked_labels
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible
from bihuan.foundation.paging import KeysetPage, page_by_key

__all__ = ["BreachView", "breach_view", "list_breaches", "may_lead", "may_open"]

SHOWN = 50


@dataclass(frozen=True, slots=True)
class BreachView:
    """A breach as those see it who lead it: its next steps, the notices, who has to be called."""

    breach: Breach
    steps: frozenset[str]
    authority_notices: list[str]
    customer_notices: list[str]
    told: int
    waiting: int
    to_call: list[tuple[int, str]]
    is_late: bool


def list_breaches(actor: Actor, *, after: str | None = None, limit: int = 50) -> KeysetPage[Breach]:
    """Every breach, the newest first. Raises NotAllowed."""
    require(actor, BreachPermission.SEE)
    return page_by_key(Breach.objects.select_related("opened_by"), order=("-id",), after=after, limit=limit)


def breach_view(actor: Actor, breach_id: int, *, at: datetime) -> BreachView:
    """One breach. Raises NotVisible, NotAllowed."""
    require(actor, BreachPermission.SEE)
    breach = Breach.objects.select_related("opened_by").filter(pk=breach_id).first()
    if breach is None:
        raise NotVisible()
    to_call = breach.customers.filter(told_at__isnull=False, by_mail=False).order_by("id")[:SHOWN]
    ids = list(to_call.values_list("customer_id", flat=True))
    labels = masked_labels(ids)
    waiting = BreachCustomer.objects.filter(breach=breach, told_at=None).count()
    return BreachView(
        breach=breach,
        steps=_steps(breach) if may_lead(actor) else frozenset(),
        authority_notices=authority_notices(breach),
        customer_notices=customer_notices(breach),
        told=breach.affected - waiting,
        waiting=waiting,
        to_call=[(customer_id, labels.get(customer_id, "")) for customer_id in ids],
        is_late=breach.is_overdue(at),
    )


def _steps(breach: Breach) -> frozenset[str]:
    """What can be done next."""
    is_told = breach.customers_at is not None or bool(breach.waiver)
    possible = {
        "assess": breach.state in {BreachState.OPEN, BreachState.ASSESSED},
        "contain": breach.state == BreachState.ASSESSED,
        "authority": breach.state in {BreachState.ASSESSED, BreachState.CONTAINED} and breach.authority_at is None,
        "customers": breach.state == BreachState.CONTAINED and not is_told,
        "waive": breach.state == BreachState.CONTAINED and not is_told,
        "close": breach.state == BreachState.CONTAINED and breach.authority_at is not None and is_told,
    }
    return frozenset(step for step, can in possible.items() if can)


def may_open(actor: Actor) -> bool:
    """True when pages show the form to report a breach."""
    return may(actor, BreachPermission.OPEN)


def may_lead(actor: Actor) -> bool:
    """True when pages show the steps."""
    return may(actor, BreachPermission.LEAD)
