"""Texts with lifted values: masked for people, in clear for the job that mails them or writes a customer's own copy."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, When

from bihuan.customers.contacts import TAIL
from bihuan.customers.masking import ERASED, mask
from bihuan.customers.models import Customer, CustomerEmail, CustomerPhone, PersonalDatum
from bihuan.customers.queries.masked_cards import details_of
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.language.references import REFERENCE, referred_ids


def render_masked(text: str) -> str:
    """The text with masks where personal data was lifted out."""
    return render_masked_many([text])[0]


def render_masked_many(texts: Sequence[str]) -> list[str]:
    """As render_masked, with one query for all texts, and none when nothing was lifted."""
    ids = referred_ids(texts)
    data = PersonalDatum.objects.filter(pk__in=ids).only("kind", "value") if ids else ()
    masks = {datum.pk: mask(datum.kind, datum.value) for datum in data}
    return [REFERENCE.sub(lambda found: masks.get(int(found.group(1)), ERASED), text) for text in texts]


def render_for_delivery(actor: Actor, text: str) -> str:
    """The text in clear, for the job that mails it to the customer. Raises NotAllowed for everybody else."""
    _require_job(actor)
    ids = referred_ids([text])
    data = PersonalDatum.objects.filter(pk__in=ids) if ids else ()
    values = {datum.pk: datum.value for datum in data}
    return REFERENCE.sub(lambda found: values.get(int(found.group(1)), ERASED), text)


def email_address(actor: Actor, email_id: int) -> str:
    """A mail address in clear, for the job that mails to it. Raises NotAllowed for everybody else, NotVisible."""
    _require_job(actor)
    email = CustomerEmail.objects.filter(pk=email_id).first()
    if email is None or email.emptied_at:
        raise NotVisible()
    address: str = email.value
    return address


def phone_tails(actor: Actor, customer_id: int) -> list[str]:
    """The last four digits of a customer's phones, for the job that names them to a carrier. Raises NotAllowed."""
    _require_job(actor)
    return [phone.value[-TAIL:] for phone in CustomerPhone.objects.filter(customer_id=customer_id).order_by("id")]


def reply_email_id(customer_id: int | None) -> int | None:
    """The mail address answers go to: the oldest that identifies the customer, else one of the customer's family.

    Claimed ones get no mail.
    """
    if customer_id is None:
        return None
    emails = CustomerEmail.objects.filter(customer__in=Customer.objects.family_of(customer_id), identifies=True)
    own_first = Case(When(customer_id=customer_id, then=0), default=1)
    return emails.order_by(own_first, "id").values_list("id", flat=True).first()


@dataclass(frozen=True, slots=True)
class Value:
    """One value with its kind."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class CustomerCopy:
    """Who the customer is, in clear, with everybody merged into one."""

    kind: str
    registered_at: datetime
    member_ids: tuple[int, ...]
    values: tuple[Value, ...]


def copy_of(actor: Actor, customer_id: int) -> CustomerCopy:
    """The customer's own copy, in clear. Raises NotAllowed for everybody but a job."""
    _require_job(actor)
    members = list(Customer.objects.family_of(customer_id).order_by("pk"))
    kept = details_of([row.pk for row in members])
    values = [Value("NAME", row.name) for row in members if row.name]
    values += [Value(detail.kind, detail.value) for row in members for detail in kept[row.pk]]
    head = next(row for row in members if row.head_id is None)
    return CustomerCopy(
        kind=head.kind,
        registered_at=min(row.registered_at for row in members),
        member_ids=tuple(row.pk for row in members),
        values=tuple(dict.fromkeys(values)),
    )


def clear_values(actor: Actor, customer_ids: Collection[int]) -> dict[int, dict[str, list[str]]]:
    """Values by kind of whoever stands for a family, with its regions; two queries for all. Raises NotAllowed for
    everybody but a job, which has asked whether they may leave the house."""
    _require_job(actor)
    found: dict[int, dict[str, list[str]]] = {}
    members = list(Customer.objects.family_of(*customer_ids).order_by("pk"))
    details = details_of([row.pk for row in members])
    for row in members:
        values = found.setdefault(row.head_or_self_id, {})
        told = [Value("NAME", row.name)] if row.name else []
        told += [Value(detail.kind, detail.value) for detail in details[row.pk]]
        told += [Value("REGION", detail.region) for detail in details[row.pk] if detail.region]
        for one in told:
            kept = values.setdefault(one.kind, [])
            if one.value not in kept:
                kept.append(one.value)
    return found


def render_own_many(actor: Actor, customer_id: int, texts: Sequence[str]) -> list[str]:
    """The texts with the customer's own values in clear and those of others masked. Raises NotAllowed for persons."""
    _require_job(actor)
    family = set(Customer.objects.family_of(customer_id).values_list("pk", flat=True))
    ids = referred_ids(texts)
    data = PersonalDatum.objects.filter(pk__in=ids) if ids else ()
    shown = {row.pk: row.value if row.customer_id in family else mask(row.kind, row.value) for row in data}
    return [REFERENCE.sub(lambda found: shown.get(int(found.group(1)), ERASED), text) for text in texts]


def _require_job(actor: Actor) -> None:
    if not actor.is_system:
        raise NotAllowed()
