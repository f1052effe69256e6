"""Reads of holds and duties."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from bihuan.accounts.models import AccountContact, KeyAccount
from bihuan.cases.models import Case
from bihuan.customers.models import Customer
from bihuan.customers.queries import family_ids, masked_labels
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible
from bihuan.foundation.paging import KeysetPage, page_by_key
from bihuan.parcels.models import Waybill
from bihuan.retention.access import RetentionPermission, may, require
from bihuan.retention.classes import TERMS, DataClass
from bihuan.retention.duties import Duty, DutyLine, duty_line
from bihuan.retention.models import LegalHold, Outcome, Purge, PurgeRow, RetentionRule

__all__ = [
    "DutyLine",
    "PurgeView",
    "RuleLine",
    "duty_line",
    "forbidding_duties",
    "list_holds",
    "list_purges",
    "list_rules",
    "may_hold",
    "may_purge",
    "may_rule",
    "months_of",
    "purge_view",
    "remaining_duties",
]

SAMPLE = 5


@dataclass(frozen=True, slots=True)
class RuleLine:
    """How long a class stays, since when and who said so; nobody yet when ``set_by`` is empty."""

    code: str
    label: str
    after: str
    months: int
    least: int
    basis: str
    set_by: str
    set_at: datetime | None


@dataclass(frozen=True, slots=True)
class PurgeView:
    """A purge with its counts by class and outcome, and a few rows of each class by masked name."""

    purge: Purge
    lines: list[tuple[str, int, dict[str, int]]]
    samples: list[tuple[str, list[str]]]
    is_own: bool


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


def months_of(data_class: str) -> int:
    """How many months a class stays: the latest rule, else what is usual."""
    rule = RetentionRule.objects.filter(data_class=data_class).order_by("-id").first()
    return rule.months if rule else TERMS[data_class].usual


def list_rules(actor: Actor) -> list[RuleLine]:
    """How long each class stays. Raises NotAllowed."""
    require(actor, RetentionPermission.SEE)
    latest = RetentionRule.objects.order_by("data_class", "-id").distinct("data_class").select_related("set_by")
    rules = {rule.data_class: rule for rule in latest}
    return [_rule_line(DataClass(code), rules.get(code)) for code in DataClass.values]


def _rule_line(code: DataClass, rule: RetentionRule | None) -> RuleLine:
    term = TERMS[code]
    return RuleLine(
        code=code.value,
        label=str(code.label),
        after=str(term.after),
        months=rule.months if rule else term.usual,
        least=term.least,
        basis=rule.basis if rule else str(term.basis),
        set_by=rule.set_by.label if rule else "",
        set_at=rule.set_at if rule else None,
    )


def list_purges(actor: Actor, *, after: str | None = None, limit: int = 50) -> KeysetPage[Purge]:
    """Every purge, the newest first. Raises NotAllowed."""
    require(actor, RetentionPermission.SEE)
    rows = Purge.objects.select_related("asked_by", "approved_by")
    return page_by_key(rows, order=("-id",), after=after, limit=limit)


def purge_view(actor: Actor, purge_id: int) -> PurgeView:
    """One purge with its counts and samples. Raises NotVisible, NotAllowed."""
    require(actor, RetentionPermission.SEE)
    purge = Purge.objects.select_related("asked_by", "approved_by").filter(pk=purge_id).first()
    if purge is None:
        raise NotVisible()
    counted = purge.rows.order_by().values_list("data_class", "outcome").annotate(rows=Count("pk"))
    by_class: dict[str, dict[str, int]] = {code: dict.fromkeys(Outcome.values, 0) for code in purge.classes}
    for code, outcome, rows in counted:
        by_class[code][outcome] = rows
    lines = [(str(DataClass(code).label), sum(found.values()), found) for code, found in by_class.items()]
    return PurgeView(purge, lines, _samples(purge), purge.asked_by_id == actor.id)


def _samples(purge: Purge) -> list[tuple[str, list[str]]]:
    found = {code: list(_first(purge, code)) for code in purge.classes}
    labels = masked_labels(row.customer_id for rows in found.values() for row in rows if row.customer_id)
    return [
        (str(DataClass(code).label), [f"{labels.get(row.customer_id or 0, '—')} · {row.row_id}" for row in rows])
        for code, rows in found.items()
    ]


def _first(purge: Purge, code: str) -> "QuerySet[PurgeRow]":
    return purge.rows.filter(data_class=code).order_by("id")[:SAMPLE]


def may_purge(actor: Actor) -> bool:
    """True when pages show the form for a purge."""
    return may(actor, RetentionPermission.PURGE)


def may_rule(actor: Actor) -> bool:
    """True when pages show the form for rules."""
    return may(actor, RetentionPermission.RULE)
