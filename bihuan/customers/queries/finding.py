"""Finding a customer by what somebody tells: exact phone or mail address, or the end of a phone with the surname."""

from datetime import datetime

from django.db.models import Q

from bihuan.customers import access
from bihuan.customers.access import CustomerPermission
from bihuan.customers.contacts import (
    EmailInvalid,
    IdentityInvalid,
    PhoneInvalid,
    initials_tail_index,
    read_email,
    read_identity,
    read_phone,
    surname_tail_index,
)
from bihuan.customers.kinds import IDENTITIES
from bihuan.customers.models import Customer, CustomerEmail, CustomerIdentity, CustomerPhone
from bihuan.customers.queries.masked_cards import CustomerCard, cards_of
from bihuan.foundation.actor import Actor
from bihuan.language.folding import fold
from bihuan.language.pinyin import surname

FOUND_AT_MOST = 20


def find_by_phone(actor: Actor, phone: str, *, at: datetime) -> Customer | None:
    """The customer whom this phone identifies, else one who claims it.

    Raises NotVisible, NotAllowed, UndertakingNeeded, VaultIsPaused.
    """
    access.require_entry(actor, CustomerPermission.FIND, at)
    try:
        contact = read_phone(phone)
    except PhoneInvalid:
        return None
    return _first_owner(CustomerPhone, contact.index) if contact else None


def find_by_email(actor: Actor, email: str, *, at: datetime) -> Customer | None:
    """The customer whom this mail address identifies, else one who claims it.

    Raises NotVisible, NotAllowed, UndertakingNeeded, VaultIsPaused.
    """
    access.require_entry(actor, CustomerPermission.FIND, at)
    try:
        contact = read_email(email)
    except EmailInvalid:
        return None
    return _first_owner(CustomerEmail, contact.index) if contact else None


def find_by_last4_and_surname(actor: Actor, last4: str, name: str, *, at: datetime) -> list[CustomerCard]:
    """Customers with a phone that ends so and this surname, or these pinyin initials of the name; at most twenty.

    Raises NotVisible, NotAllowed, UndertakingNeeded, VaultIsPaused.
    """
    access.require_entry(actor, CustomerPermission.FIND, at)
    digits = last4.strip()
    if len(digits) != 4 or not digits.isdecimal() or not name.strip():
        return []
    typed = fold(name).strip()
    surnames = {surname(typed), typed}  # 欧阳 alone is a surname, 欧阳 at the head of a name as well
    found = Q(surname_tail_index__in=[surname_tail_index(family, digits) for family in surnames])
    if typed.isascii():
        found |= Q(initials_tail_index=initials_tail_index(typed, digits))
    ids = CustomerPhone.objects.filter(found).values_list("customer_id", flat=True).distinct()[:FOUND_AT_MOST]
    return cards_of(actor, Customer.objects.family_of(*ids))


def find_by_identity(actor: Actor, kind: str, value: str, *, at: datetime) -> Customer | None:
    """The customer whom this account identifies, else one who claims it.

    Raises NotVisible, NotAllowed, UndertakingNeeded, VaultIsPaused.
    """
    access.require_entry(actor, CustomerPermission.FIND, at)
    try:
        contact = read_identity(kind, value)
    except IdentityInvalid:
        return None
    return _first_owner(CustomerIdentity, contact.index)


def find_all(actor: Actor, written: str, *, at: datetime) -> list[CustomerCard]:
    """Whom a line of search means: a phone, a mail address, an account, or a surname with the last four digits.

    Raises NotVisible, NotAllowed, UndertakingNeeded, VaultIsPaused.
    """
    access.require_entry(actor, CustomerPermission.FIND, at)
    words = written.split()
    if words and all(word.isdecimal() for word in words):
        words = ["".join(words)]  # a phone written in groups
    if len(words) == 2:
        tail, name = sorted(words, key=lambda word: not word.isdecimal())
        return find_by_last4_and_surname(actor, tail, name, at=at)
    if len(words) != 1:
        return []
    owners = [find_by_phone(actor, words[0], at=at), find_by_email(actor, words[0], at=at)]
    owners += [find_by_identity(actor, kind, words[0], at=at) for kind in IDENTITIES]
    ids = {owner.pk for owner in owners if owner is not None}
    return cards_of(actor, Customer.objects.family_of(*ids)) if ids else []


def _first_owner(
    model: type[CustomerPhone] | type[CustomerEmail] | type[CustomerIdentity], index: bytes
) -> Customer | None:
    """Whoever stands for the owner, when the owner is merged."""
    rows = model.objects.filter(value_index=index).select_related("customer__head").order_by("-identifies", "id")
    row = rows.first()
    return (row.customer.head or row.customer) if row else None
