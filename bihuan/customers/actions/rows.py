"""Rows of a customer's details, ready to be stored."""

from datetime import datetime

from bihuan.customers.contacts import Contact, initials_tail_index, surname_tail_index
from bihuan.customers.kinds import CustomerKind
from bihuan.customers.masking import mask_company, mask_name, region_of
from bihuan.customers.models import Customer, CustomerAddress, CustomerEmail, CustomerPhone
from bihuan.language.pinyin import initials, surname

LABEL_LENGTH = 80
REGION_LENGTH = 40

Owners = dict[bytes, Customer]  # whom a phone or mail address identifies, by its blind index


def label_of(name: str, kind: str) -> str:
    """The name as everybody may see it."""
    return (mask_company(name) if kind == CustomerKind.COMPANY else mask_name(name))[:LABEL_LENGTH]


def phone_row(customer: Customer, contact: Contact, identifies: bool, at: datetime) -> CustomerPhone:
    """A phone with the indexes it is found by."""
    return CustomerPhone(
        customer=customer,
        value=contact.value,
        value_index=contact.index,
        surname_tail_index=surname_tail_index(surname(customer.name), contact.value),
        initials_tail_index=initials_tail_index(initials(customer.name), contact.value),
        identifies=identifies,
        added_at=at,
    )


def email_row(customer: Customer, contact: Contact, identifies: bool, at: datetime) -> CustomerEmail:
    """A mail address with its index."""
    return CustomerEmail(
        customer=customer, value=contact.value, value_index=contact.index, identifies=identifies, added_at=at
    )


def address_row(customer: Customer, contact: Contact, at: datetime) -> CustomerAddress:
    """A postal address with its readable region."""
    region = region_of(contact.value)[:REGION_LENGTH]
    return CustomerAddress(
        customer=customer, value=contact.value, value_index=contact.index, region=region, added_at=at
    )
