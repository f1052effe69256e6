"""Invented people once they are customers: their ids, and the references their texts use for personal data."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bihuan.customers.actions import CustomerDraft, CustomerKind, find_or_register_customers, lift_personal_data_many
from bihuan.customers.models import CustomerEmail
from bihuan.demo.clientele import Person
from bihuan.demo.voices import PERSONAL, with_personal
from bihuan.foundation.actor import Actor

DOOR = Actor.system("demo")
# Who was a customer before the first case; the others register in equal steps until the last one.
KNOWN_AT_START = 0.35
STEPS = 40


@dataclass(slots=True)
class Patron:
    """A customer with a person behind it. ``references`` stand for phone, name and address in stored texts."""

    person: Person
    customer_id: int
    label: str
    email_id: int | None
    registered_at: datetime
    references: dict[str, str] = field(default_factory=dict)

    def refer(self, text: str) -> str:
        """The text with references in the places of personal data."""
        return with_personal(text, self.references) if "{" in text else text

    def clear(self, text: str) -> str:
        """A stored text as the customer wrote it."""
        for name, reference in self.references.items():
            text = text.replace(reference, getattr(self.person, name))
        return text


def register_patrons(people: list[Person], *, start: datetime, end: datetime) -> list[Patron]:
    """Make customers of people, spread over the time; sorted by when they registered."""
    patrons: list[Patron] = []
    for group, at in _groups(people, start, end):
        drafts = [_draft(person) for person in group]
        customers = find_or_register_customers(actor=DOOR, drafts=drafts, at=at)
        for person, customer in zip(group, customers, strict=True):
            assert customer is not None
            patrons.append(Patron(person, customer.pk, customer.label, None, at))
    ids = dict(CustomerEmail.objects.values_list("customer_id", "pk"))
    for patron in patrons:
        patron.email_id = ids.get(patron.customer_id)
    return patrons


def lift_for(patron: Patron) -> None:
    """Put what the patron may mention in a text into the vault, through the vault's own action."""
    if patron.references:
        return
    texts = [getattr(patron.person, name) for name in PERSONAL]
    lifted = lift_personal_data_many(actor=DOOR, customer_id=patron.customer_id, texts=texts, at=patron.registered_at)
    patron.references = dict(zip(PERSONAL, lifted, strict=True))


def patron_at(rng: Random, patrons: list[Patron], at: datetime) -> Patron:
    """Somebody who is a customer by then. A few write often: the draw favours the first of them."""
    known = _known_by(patrons, at)
    return patrons[min(int(rng.betavariate(0.85, 1.25) * known), known - 1)]


def _known_by(patrons: list[Patron], at: datetime) -> int:
    low, high = 1, len(patrons)
    while low < high:
        middle = (low + high + 1) // 2
        if patrons[middle - 1].registered_at <= at:
            low = middle
        else:
            high = middle - 1
    return low


def _groups(people: list[Person], start: datetime, end: datetime) -> list[tuple[list[Person], datetime]]:
    first = max(1, round(len(people) * KNOWN_AT_START))
    rest, groups = people[first:], [(people[:first], start - timedelta(days=1))]
    size = max(1, -(-len(rest) // STEPS))
    for number, begin in enumerate(range(0, len(rest), size)):
        groups.append((rest[begin : begin + size], start + (end - start) * number / (STEPS + 1)))
    return groups


def _draft(person: Person) -> CustomerDraft:
    return CustomerDraft(
        name=person.name,
        phones=[person.phone],
        emails=[person.email] if person.email else [],
        addresses=[person.address],
        kind=CustomerKind.COMPANY if person.is_company else CustomerKind.PERSON,
    )
