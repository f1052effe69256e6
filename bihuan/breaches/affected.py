"""Whom a breach hits, by a rule: looks that the journal knows, a region, or a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from bihuan.breaches.models import AffectedRule
from bihuan.customers.models import Customer, CustomerAddress
from bihuan.journal.models import StoredEntry

LOOKS = ("customer.looked_at", "customer.revealed", "rights.copy_fetched")


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """The rule with what it needs: a person and a span, a region, or ids."""

    rule: str
    staff_id: int | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    region: str = ""
    customer_ids: Sequence[int] = ()

    @property
    def is_complete(self) -> bool:
        """True when the rule has what it needs."""
        needs = {
            AffectedRule.SEEN_BY: self.staff_id is not None
            and self.from_at is not None
            and self.to_at is not None
            and self.from_at <= self.to_at,
            AffectedRule.REGION: bool(self.region.strip()),
            AffectedRule.LISTED: bool(self.customer_ids),
        }
        return self.rule in AffectedRule.values and needs[AffectedRule(self.rule)]


def affected_ids(affected: Affected) -> list[int]:
    """Ids of who stands for each customer that is hit; erased ones and decoys are nobody."""
    ids = _named(affected)
    families = Customer.objects.family_of(*ids) if ids else Customer.objects.none()
    heads = families.heads().filter(erased_at=None, is_decoy=False)
    return list(heads.order_by("pk").values_list("pk", flat=True))


def _named(affected: Affected) -> list[int]:
    if affected.rule == AffectedRule.SEEN_BY:
        looks: QuerySet[StoredEntry] = StoredEntry.objects.filter(code__in=LOOKS, subject="customer")
        seen = looks.filter(actor_kind="STAFF", actor_id=affected.staff_id)
        span = seen.filter(at__gte=affected.from_at, at__lte=affected.to_at)
        return [pk for pk in span.values_list("subject_id", flat=True).distinct() if pk is not None]
    if affected.rule == AffectedRule.REGION:
        rows = CustomerAddress.objects.filter(region__startswith=affected.region.strip())
        return list(rows.values_list("customer_id", flat=True).distinct())
    return list(affected.customer_ids)
