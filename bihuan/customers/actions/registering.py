"""Finding a customer by phone or mail address, and registering the ones nobody knows yet."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from bihuan.customers.access import require_planter, require_register
from bihuan.customers.actions.details import attach_details
from bihuan.customers.actions.rows import Owners, address_row, email_row, label_of, phone_row
from bihuan.customers.drafts import CustomerDraft, Person
from bihuan.customers.events import CustomerDecoyPlanted, CustomerRegistered
from bihuan.customers.kinds import CustomerKind
from bihuan.customers.models import Customer, CustomerAddress, CustomerEmail, CustomerPhone
from bihuan.foundation.actor import Actor
from bihuan.journal import actions as journal

Pairs = list[tuple[Customer, Person]]
# Both look-ups in one round trip, without composing the statement anew: this is on the way of every case.
OWNERS = """
    SELECT c.*, p.value_index AS key FROM customers_customerphone p JOIN customers_customer c ON c.id = p.customer_id
    WHERE p.identifies AND p.value_index = ANY(%(phones)s::bytea[])
    UNION ALL
    SELECT c.*, e.value_index AS key FROM customers_customeremail e JOIN customers_customer c ON c.id = e.customer_id
    WHERE e.identifies AND e.value_index = ANY(%(emails)s::bytea[])
"""


def find_or_register_customer(
    *,
    actor: Actor,
    name: str = "",
    phone: str = "",
    email: str = "",
    address: str = "",
    kind: str = CustomerKind.PERSON,
    at: datetime,
) -> Customer | None:
    """The customer with this phone, else with this mail address, else a new one; None when nothing was left.

    Exactly one customer, however many callers come at once. One query for a known phone.
    Raises PhoneInvalid, EmailInvalid, NotAllowed.
    """
    draft = CustomerDraft(name=name, phones=[phone], emails=[email], addresses=[address], kind=kind)
    return find_or_register_customers(actor=actor, drafts=[draft], at=at)[0]


def find_or_register_customers(*, actor: Actor, drafts: Sequence[CustomerDraft], at: datetime) -> list[Customer | None]:
    """As find_or_register_customer, in the order of the drafts, with a fixed number of queries for new customers."""
    require_register(actor)
    people = [Person.read(draft) for draft in drafts]
    with transaction.atomic(savepoint=False):  # on the way of every case: a savepoint would cost two round trips
        owners = _find_owners(people)
        unknown_keys = [key for person in people for key in person.keys if key not in owners]
        if unknown_keys:
            _lock(unknown_keys)
            owners = _find_owners(people)
        customers, new, known = _tell_apart(people, owners, at)
        _store(actor, new, owners, at)
        for customer, person in known:
            attach_details(actor, customer, person, owners, at)
    return customers


def _tell_apart(people: Sequence[Person], owners: Owners, at: datetime) -> tuple[list[Customer | None], Pairs, Pairs]:
    """For each person the customer, then the new ones and the known ones; people of one batch may be one customer."""
    customers: list[Customer | None] = []
    new, known = [], []
    for person in people:
        customer = next((owners[key] for key in person.keys if key in owners), None)
        if customer is not None:
            known.append((customer, person))
        elif not person.is_anonymous:
            customer = _new_customer(person, at)
            new.append((customer, person))
            owners.update(dict.fromkeys(person.keys, customer))
        customers.append(customer)
    return customers, new, known


@transaction.atomic
def register_customer(*, actor: Actor, draft: CustomerDraft, at: datetime) -> Customer:
    """A new customer, whoever else has the same details: what finds another customer goes on finding that one.

    Raises PhoneInvalid, EmailInvalid, NotAllowed.
    """
    require_register(actor)
    person = Person.read(draft)
    _lock(person.keys)
    customer = _new_customer(person, at)
    _store(actor, [(customer, person)], dict.fromkeys(person.keys, customer) | _find_owners([person]), at)
    return customer


@transaction.atomic
def register_decoy(*, actor: Actor, draft: CustomerDraft, at: datetime) -> Customer:
    """An invented customer among the real ones. Raises PhoneInvalid, EmailInvalid, NotAllowed."""
    require_planter(actor)
    person = Person.read(draft)
    _lock(person.keys)
    customer = _new_customer(person, at)
    customer.is_decoy = True
    _store(actor, [(customer, person)], dict.fromkeys(person.keys, customer) | _find_owners([person]), at)
    journal.write(actor, CustomerDecoyPlanted(customer_id=customer.pk), at=at)
    return customer


def _find_owners(people: Sequence[Person]) -> Owners:
    """Whom the phones and mail addresses of these people identify: one query."""
    phones = [contact.index for person in people for contact in person.phones]
    emails = [contact.index for person in people for contact in person.emails]
    if not (phones or emails):
        return {}
    rows: Iterable[Any] = Customer.objects.raw(OWNERS, {"phones": phones, "emails": emails})
    return {bytes(row.key): row for row in rows}


def _lock(keys: Iterable[bytes]) -> None:
    """Until the transaction ends nobody else registers anything with one of these keys."""
    numbers = sorted({int.from_bytes(key[:8], "big", signed=True) for key in keys})
    if numbers:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [numbers])


def _new_customer(person: Person, at: datetime) -> Customer:
    return Customer(kind=person.kind, name=person.name, name_label=label_of(person.name, person.kind), registered_at=at)


def _store(actor: Actor, new: Pairs, owners: Owners, at: datetime) -> None:
    """Insert customers with their details, one statement per table."""
    if not new:
        return
    Customer.objects.bulk_create([customer for customer, _ in new])
    CustomerPhone.objects.bulk_create(
        phone_row(customer, contact, owners[contact.index] == customer, at)
        for customer, person in new
        for contact in person.phones
    )
    CustomerEmail.objects.bulk_create(
        email_row(customer, contact, owners[contact.index] == customer, at)
        for customer, person in new
        for contact in person.emails
    )
    CustomerAddress.objects.bulk_create(
        address_row(customer, contact, at) for customer, person in new for contact in person.addresses
    )
    entries = [CustomerRegistered(customer_id=customer.pk, kind=customer.kind) for customer, _ in new]
    if len(entries) == 1:
        journal.write(actor, entries[0], at=at)
    else:
        journal.write_many(journal.Line(actor=actor, entry=entry, at=at) for entry in entries)
