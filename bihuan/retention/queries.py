"""Reads of holds and duties."""

from datetime import datetime

from django.db.models import Q

from bihuan.accounts.models import AccountContact, KeyAccount
from bihuan.cases.models import Case
from bihuan.customers.models import Customer
from bihuan.customers.queries import family_ids
from bihuan.foundation.actor import Actor
from bihuan.foundation.paging import KeysetPage, page_by_key
from bihuan.parcels.models import Waybill
from bihuan.retention.access import RetentionPermission, may, require
from bihuan.retention.duties import Duty, DutyLine, duty_line
from bihuan.retention.models import LegalHold

__all__ = ["DutyLine", "duty_line", "forbidding_duties", "list_holds", "may_hold", "remaining_duties"]


def forbidding_duties(customer_id: int, *, at: datetime) -> list[str]:
    """Codes of what forbids erasing this customer now; empty when nothing does. For callers with a right to it."""
    family = family_ids(customer_id)
    own = Q(customer__in=family) | Q(case__customer__in=family)
    contract = Q(contract_to_on=None) | Q(contract_to_on__gte=at.date())
    accounts = KeyAccount.objects.filter(contract, customer__in=family)
    contacts = AccountContact.objects.filter(customer__in=family)
    found = {
        Duty.HOLD: LegalHold.objects.active(at).filter(own).exists(),
        Duty.OPEN_CASE: Case.objects.open().filter(customer__in=family).exists(),
        Duty.CONTRACT: accounts.exists() or contacts.exists(),
    }
    return [duty.value for duty, holds in found.items() if holds]


def remaining_duties(customer_id: int) -> list[str]:
    """Codes of what stays when this customer is erased."""
    family = Customer.objects.family_of(customer_id).values("pk")
    stays = [Duty.CONSENTS, Duty.JOURNAL]
    if Case.objects.filter(customer__in=family).exists():
        stays.insert(0, Duty.CASE_ARCHIVE)
    if Waybill.objects.filter(customer__in=family).exists():
        stays.insert(1, Duty.PARCELS)
    return [duty.value for duty in stays]


def list_holds(actor: Actor, *, after: str | None = None, limit: int = 50) -> KeysetPage[LegalHold]:
    """Every hold, the newest first. Raises NotAllowed."""
    require(actor, RetentionPermission.SEE)
    rows = LegalHold.objects.select_related("case", "placed_by", "lifted_by")
    return page_by_key(rows, order=("-id",), after=after, limit=limit)


def may_hold(actor: Actor) -> bool:
    """True when pages show the form for holds."""
    return may(actor, RetentionPermission.HOLD)
