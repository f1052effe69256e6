"""Who is merged with whom, and who else might be the same customer."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from bihuan.customers import access
from bihuan.customers.access import CustomerPermission
from bihuan.customers.kinds import MatchLevel
from bihuan.customers.matching import ORDER, is_doubtful, match_level
from bihuan.customers.models import (
    Customer,
    CustomerAddress,
    CustomerEmail,
    CustomerIdentity,
    CustomerMerge,
    CustomerPhone,
)
from bihuan.customers.queries.masked_cards import CustomerCard, cards_of, masked_labels
from bihuan.customers.queries.texts import render_masked_many
from bihuan.customers.traits import traits_of
from bihuan.foundation.actor import Actor
from bihuan.organization.queries import staff_names

CANDIDATES_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be the same customer, on what evidence, and whether a leader has to decide."""

    card: CustomerCard
    level: str
    level_label: str
    needs_leader: bool


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A merge within a family, as the file shows it."""

    id: int
    kept_id: int
    merged_id: int
    merged_label: str
    level_label: str
    note: str
    by: str
    at: datetime
    undone_by: str
    undone_at: datetime | None


def head_id(customer_id: int) -> int | None:
    """Who stands for this customer; None when there is no such customer."""
    row = Customer.objects.filter(pk=customer_id).only("head").first()
    return row.head_or_self_id if row else None


def family_ids(customer_id: int) -> list[int]:
    """Ids of the customer and of everybody merged with it."""
    return list(Customer.objects.family_of(customer_id).values_list("pk", flat=True))


def list_candidates(actor: Actor, customer_id: int) -> list[Candidate]:
    """Others who share a number, account, address or phone ending, the strongest evidence first.

    Raises NotVisible, NotAllowed.
    """
    access.require(actor, CustomerPermission.FIND)
    own, family = traits_of(customer_id), family_ids(customer_id)
    same = Q(value_index__in=own.contacts)
    found: set[int] = set()
    for rows in (
        CustomerPhone.objects.filter(same | Q(surname_tail_index__in=own.surname_tails)),
        CustomerEmail.objects.filter(same),
        CustomerIdentity.objects.filter(same),
        CustomerAddress.objects.filter(value_index__in=own.addresses),
    ):
        ids = rows.exclude(customer_id__in=family).values_list("customer_id", flat=True)
        found |= set(ids.distinct()[:CANDIDATES_AT_MOST])
    cards = cards_of(actor, Customer.objects.family_of(*found)) if found else []
    levels = {card.id: match_level(own, traits_of(card.id)) for card in cards[:CANDIDATES_AT_MOST]}
    rated = [_candidate(card, levels[card.id]) for card in cards if levels.get(card.id, MatchLevel.NONE) != "NONE"]
    return sorted(rated, key=lambda one: ORDER.index(MatchLevel(one.level)))


def list_merges(actor: Actor, customer_id: int) -> list[MergeLine]:
    """Every merge this family ever saw, the newest first. Raises NotVisible."""
    access.require(actor, CustomerPermission.SEE)
    family = family_ids(customer_id)
    merges = list(CustomerMerge.objects.filter(Q(kept__in=family) | Q(merged__in=family)).order_by("-id"))
    people = staff_names([one.merged_by_id for one in merges] + [one.undone_by_id for one in merges])
    labels = masked_labels([one.merged_id for one in merges])
    notes = render_masked_many([one.note for one in merges])
    return [
        MergeLine(
            id=one.pk,
            kept_id=one.kept_id,
            merged_id=one.merged_id,
            merged_label=labels.get(one.merged_id, ""),
            level_label=str(MatchLevel(one.level).label),
            note=note,
            by=people.get(one.merged_by_id, ""),
            at=one.merged_at,
            undone_by=people.get(one.undone_by_id or 0, ""),
            undone_at=one.undone_at,
        )
        for one, note in zip(merges, notes, strict=True)
    ]


def _candidate(card: CustomerCard, level: MatchLevel) -> Candidate:
    return Candidate(card, level, str(level.label), is_doubtful(level))
