"""What is known of a customer: name, phones, mail and postal addresses."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.customers.access import CustomerPermission, access_customer
from bihuan.customers.actions.rows import REGION_LENGTH, Owners, address_row, email_row, label_of, phone_row
from bihuan.customers.contacts import (
    Contact,
    EmailInvalid,
    PhoneInvalid,
    initials_tail_index,
    read_address,
    read_email,
    read_identity,
    read_phone,
    surname_tail_index,
)
from bihuan.customers.drafts import Person
from bihuan.customers.events import (
    CustomerAddressAdded,
    CustomerContactConfirmed,
    CustomerCorrected,
    CustomerEmailAdded,
    CustomerIdentityAdded,
    CustomerNamed,
    CustomerPhoneAdded,
)
from bihuan.customers.kinds import IDENTITIES, CardField, CustomerKind, DatumKind
from bihuan.customers.masking import mask, mask_company, region_of
from bihuan.customers.models import Customer, CustomerAddress, CustomerEmail, CustomerIdentity, CustomerPhone
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotVisible, Refusal
from bihuan.journal import actions as journal
from bihuan.language.pinyin import initials, surname

EDIT = CustomerPermission.EDIT
IDENTIFYING: dict[DatumKind, type[CustomerPhone] | type[CustomerEmail] | type[CustomerIdentity]] = {
    DatumKind.PHONE: CustomerPhone,
    DatumKind.EMAIL: CustomerEmail,
    **dict.fromkeys(IDENTITIES, CustomerIdentity),
}


DETAILS: dict[DatumKind, Any] = {
    DatumKind.PHONE: CustomerPhone,
    DatumKind.EMAIL: CustomerEmail,
    DatumKind.ADDRESS: CustomerAddress,
    **dict.fromkeys(IDENTITIES, CustomerIdentity),
}
READERS: dict[DatumKind, Callable[[str], Contact | None]] = {
    DatumKind.PHONE: read_phone,
    DatumKind.EMAIL: read_email,
    DatumKind.ADDRESS: read_address,
}


class ContactTaken(Refusal):
    code = "contact_taken"
    sentence = _("这个号码或邮箱已经用来识别另一位客户。")
    rule = _("一个号码只识别一位客户")
    next_step = _("请先按这个号码找到那位客户，核实归谁使用。")


class CorrectionEmpty(Invalid):
    code = "correction_empty"
    sentence = _("请写明正确的内容。")


class AddressMissing(Invalid):
    code = "address_missing"
    sentence = _("请填写地址。")


@transaction.atomic
def rename_customer(*, actor: Actor, customer_id: int, name: str, at: datetime) -> Customer:
    """Give a customer another name; the phones are found by the new one. Raises NotVisible, NotAllowed."""
    customer = access_customer(actor, customer_id, to=EDIT, lock=True)
    name_customer(actor, customer, " ".join(name.split()), at)
    return customer


@transaction.atomic
def add_phone(*, actor: Actor, customer_id: int, phone: str, at: datetime) -> CustomerPhone:
    """Note a phone; it identifies the customer unless it already does another one.

    Raises PhoneInvalid, NotVisible, NotAllowed.
    """
    customer = access_customer(actor, customer_id, to=EDIT, lock=True)
    contact = read_phone(phone)
    if contact is None:
        raise PhoneInvalid(field="phone")
    is_free = not CustomerPhone.objects.filter(value_index=contact.index, identifies=True).exists()
    _add_phones(actor, customer, [(contact, is_free)], at)
    return CustomerPhone.objects.get(customer=customer, value_index=contact.index)


@transaction.atomic
def add_email(*, actor: Actor, customer_id: int, email: str, at: datetime) -> CustomerEmail:
    """Note a mail address; it identifies the customer unless it already does another one.

    Raises EmailInvalid, NotVisible, NotAllowed.
    """
    customer = access_customer(actor, customer_id, to=EDIT, lock=True)
    contact = read_email(email)
    if contact is None:
        raise EmailInvalid(field="email")
    is_free = not CustomerEmail.objects.filter(value_index=contact.index, identifies=True).exists()
    _add_emails(actor, customer, [(contact, is_free)], at)
    return CustomerEmail.objects.get(customer=customer, value_index=contact.index)


@transaction.atomic
def add_address(*, actor: Actor, customer_id: int, address: str, at: datetime) -> CustomerAddress:
    """Note a postal address. Raises AddressMissing, NotVisible, NotAllowed."""
    customer = access_customer(actor, customer_id, to=EDIT, lock=True)
    contact = read_address(address)
    if contact is None:
        raise AddressMissing(field="address")
    _add_addresses(actor, customer, [contact], at)
    return CustomerAddress.objects.get(customer=customer, value_index=contact.index)


@transaction.atomic
def add_identity(*, actor: Actor, customer_id: int, kind: str, value: str, at: datetime) -> CustomerIdentity:
    """Note an account of one of ``IDENTITIES``; it identifies the customer unless it already does another one.

    Raises IdentityInvalid, NotVisible, NotAllowed.
    """
    customer = access_customer(actor, customer_id, to=EDIT, lock=True)
    contact = read_identity(kind, value)
    rows = CustomerIdentity.objects.filter(value_index=contact.index)
    known = rows.filter(customer=customer).first()
    if known is not None:
        return known
    is_free = not rows.filter(identifies=True).exists()
    row = CustomerIdentity.objects.create(
        customer=customer,
        kind=kind,
        value=contact.value,
        value_index=contact.index,
        identifies=is_free,
        added_at=at,
    )
    added = CustomerIdentityAdded(customer_id=customer.pk, identity_id=row.pk, kind=kind, identifies=is_free)
    journal.write(actor, added, at=at)
    return row


def add_detail(*, actor: Actor, customer_id: int, kind: DatumKind, value: str, at: datetime) -> None:
    """Note whatever a person took down, by its kind.

    Raises PhoneInvalid, EmailInvalid, AddressMissing, IdentityInvalid, NotVisible, NotAllowed.
    """
    match kind:
        case DatumKind.NAME:
            rename_customer(actor=actor, customer_id=customer_id, name=value, at=at)
        case DatumKind.PHONE:
            add_phone(actor=actor, customer_id=customer_id, phone=value, at=at)
        case DatumKind.EMAIL:
            add_email(actor=actor, customer_id=customer_id, email=value, at=at)
        case DatumKind.ADDRESS:
            add_address(actor=actor, customer_id=customer_id, address=value, at=at)
        case _:
            add_identity(actor=actor, customer_id=customer_id, kind=kind, value=value, at=at)


@transaction.atomic
def confirm_contact(*, actor: Actor, customer_id: int, field: str, at: datetime) -> None:
    """A claimed phone or mail address is the customer's: from now on it identifies. Raises ContactTaken, NotVisible."""
    customer = access_customer(actor, customer_id, to=EDIT, lock=True)
    named = CardField.parse(field)
    model = IDENTIFYING.get(named.kind)
    row = model.objects.filter(pk=named.id or 0, customer=customer).first() if model else None
    if model is None or row is None:
        raise NotVisible()
    if row.identifies:
        return
    if model.objects.filter(value_index=row.value_index, identifies=True).exists():
        raise ContactTaken(field=field)
    row.identifies = True
    row.save(update_fields=["identifies"])
    journal.write(actor, CustomerContactConfirmed(customer_id=customer.pk, field=field), at=at)


@transaction.atomic
def correct_detail(*, actor: Actor, customer_id: int, field: str, value: str, at: datetime) -> None:
    """Put the right value in the place of a wrong one; ``field`` as on the card (``name``, ``phone:12`` …).

    Raises CorrectionEmpty, ContactTaken, PhoneInvalid, EmailInvalid, IdentityInvalid, NotVisible, NotAllowed.
    """
    customer = access_customer(actor, customer_id, to=CustomerPermission.EDIT, lock=True)
    named = CardField.parse(field)
    if not value.strip():
        raise CorrectionEmpty(field="new_value")
    if named.kind == DatumKind.NAME:
        before, after = _correct_name(actor, customer, " ".join(value.split()), at)
    else:
        before, after = _correct_row(customer, named, value)
    corrected = CustomerCorrected(customer_id=customer.pk, field=field, before=before, after=after)
    journal.write(actor, corrected, at=at)


def _correct_name(actor: Actor, customer: Customer, name: str, at: datetime) -> tuple[str, str]:
    """The masks before and after."""
    before = customer.name_label
    name_customer(actor, customer, name, at)
    return before, mask_company(name) if customer.kind == CustomerKind.COMPANY else mask(DatumKind.NAME, name)


def _correct_row(customer: Customer, named: CardField, value: str) -> tuple[str, str]:
    """The masks before and after. What would identify two customers is refused."""
    model = DETAILS[named.kind]
    family = Customer.objects.family_of(customer.pk)
    row = model.objects.select_for_update(of=("self",)).filter(pk=named.id or 0, customer__in=family).first()
    if row is None or (named.kind in IDENTITIES and row.kind != named.kind):
        raise NotVisible()
    contact = READERS[named.kind](value) if named.kind in READERS else read_identity(named.kind, value)
    if contact is None:
        raise CorrectionEmpty(field="new_value")
    _require_free(model, row, contact)
    before, row.value, row.value_index = mask(named.kind, row.value), contact.value, contact.index
    if named.kind == DatumKind.PHONE:
        row.surname_tail_index = surname_tail_index(surname(row.customer.name), contact.value)
        row.initials_tail_index = initials_tail_index(initials(row.customer.name), contact.value)
    if named.kind == DatumKind.ADDRESS:
        row.region = region_of(contact.value)[:REGION_LENGTH]
    row.save()
    return before, mask(named.kind, contact.value)


def _require_free(model: Any, row: Any, contact: Contact) -> None:
    others = model.objects.filter(value_index=contact.index).exclude(pk=row.pk)
    own = others.filter(customer_id=row.customer_id).exists()
    if own or (getattr(row, "identifies", False) and others.filter(identifies=True).exists()):
        raise ContactTaken(field="new_value")


def attach_details(actor: Actor, customer: Customer, person: Person, owners: Owners, at: datetime) -> None:
    """Add what a known customer did not have yet; no query when there is nothing new.

    What a customer says of themselves on the portal does not identify them before a person has confirmed it.
    """
    if person.name and not customer.name_label:
        name_customer(actor, customer, person.name, at)
    _add_phones(actor, customer, _new_contacts(actor, customer, person.phones, owners), at)
    _add_emails(actor, customer, _new_contacts(actor, customer, person.emails, owners), at)
    _add_addresses(actor, customer, person.addresses, at)


def _new_contacts(
    actor: Actor, customer: Customer, contacts: Sequence[Contact], owners: Owners
) -> list[tuple[Contact, bool]]:
    """Contacts that do not yet identify the customer, each with whether it shall."""
    new = [contact for contact in contacts if owners.get(contact.index) != customer]
    placed = [(contact, not actor.is_customer and contact.index not in owners) for contact in new]
    owners.update((contact.index, customer) for contact, identifies in placed if identifies)
    return placed


def name_customer(actor: Actor, customer: Customer, name: str, at: datetime) -> None:
    """Set the name and what finds the phones by it."""
    customer.name, customer.name_label = name, label_of(name, customer.kind)
    customer.save(update_fields=["name", "name_label"])
    for phone in customer.phones.all():
        phone.surname_tail_index = surname_tail_index(surname(name), phone.value)
        phone.initials_tail_index = initials_tail_index(initials(name), phone.value)
        phone.save(update_fields=["surname_tail_index", "initials_tail_index"])
    journal.write(actor, CustomerNamed(customer_id=customer.pk), at=at)


def _add_phones(actor: Actor, customer: Customer, placed: Sequence[tuple[Contact, bool]], at: datetime) -> None:
    had = _already(CustomerPhone, customer, [contact for contact, _ in placed])
    for contact, identifies in placed:
        if contact.index not in had:
            row = phone_row(customer, contact, identifies, at)
            row.save()
            added = CustomerPhoneAdded(customer_id=customer.pk, phone_id=row.pk, identifies=identifies)
            journal.write(actor, added, at=at)


def _add_emails(actor: Actor, customer: Customer, placed: Sequence[tuple[Contact, bool]], at: datetime) -> None:
    had = _already(CustomerEmail, customer, [contact for contact, _ in placed])
    for contact, identifies in placed:
        if contact.index not in had:
            row = email_row(customer, contact, identifies, at)
            row.save()
            added = CustomerEmailAdded(customer_id=customer.pk, email_id=row.pk, identifies=identifies)
            journal.write(actor, added, at=at)


def _add_addresses(actor: Actor, customer: Customer, contacts: Sequence[Contact], at: datetime) -> None:
    had = _already(CustomerAddress, customer, contacts)
    for contact in contacts:
        if contact.index not in had:
            row = address_row(customer, contact, at)
            row.save()
            journal.write(actor, CustomerAddressAdded(customer_id=customer.pk, address_id=row.pk), at=at)


def _already(
    model: type[CustomerPhone] | type[CustomerEmail] | type[CustomerAddress],
    customer: Customer,
    contacts: Sequence[Contact],
) -> set[bytes]:
    """Indexes among these that the customer has."""
    if not contacts:
        return set()
    rows = model.objects.filter(customer=customer, value_index__in=[contact.index for contact in contacts])
    return {bytes(index) for index in rows.values_list("value_index", flat=True)}
