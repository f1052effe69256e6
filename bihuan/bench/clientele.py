"""Customers of a benchmark: sealed name and phone with their blind indexes, written by COPY."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from django.db import connection

from bihuan.bench.copying import built_afterwards, copy_lines, go_on_after, line
from bihuan.bench.rules import initials, initials_tail_index, read_phone, surname, surname_tail_index
from bihuan.customers.models import Customer, CustomerPhone
from bihuan.demo.clientele import invent_people

NAMES = 2_000
BLOCK = 20_000
PHONE = "customer_id, value, value_index, surname_tail_index, initials_tail_index, identifies, added_at"


def phone_of(customer_id: int) -> str:
    """The phone number of a loaded customer: no two alike."""
    return f"1{30 + customer_id // 10_000_000:02d}0{customer_id % 10_000_000:07d}"


def store_customers(rng: Random, count: int, at: datetime, progress: Callable[[str, int, int], None]) -> None:
    """``count`` customers with one phone each, ids from 1."""
    people = [(person.name, surname(person.name), initials(person.name)) for person in invent_people(rng, NAMES)]
    seal_name, seal_phone = _sealer(Customer, "name"), _sealer(CustomerPhone, "value")
    with built_afterwards("customers_customer", "customers_customerphone"):
        for first in range(1, count + 1, BLOCK):
            ids = range(first, min(first + BLOCK, count + 1))
            names = {customer_id: rng.choice(people) for customer_id in ids}
            copy_lines(
                "customers_customer",
                "id, kind, name, name_label, registered_at, is_decoy",
                [line((pk, "PERSON", seal_name(names[pk][0]), f"{names[pk][1]}**", at, False)) for pk in ids],
            )
            copy_lines("customers_customerphone", PHONE, [_phone(pk, names[pk], seal_phone, at) for pk in ids])
            progress("customers", ids[-1], count)
        go_on_after("customers_customer", count)


def _phone(customer_id: int, name: tuple[str, str, str], seal: Callable[[str], str], at: datetime) -> str:
    contact = read_phone(phone_of(customer_id))
    assert contact is not None
    _full, family, letters = name
    indexes = (contact.index, surname_tail_index(family, contact.value), initials_tail_index(letters, contact.value))
    return line((customer_id, seal(contact.value), *map(_bytes, indexes), True, at))


def _sealer(model: type[Customer] | type[CustomerPhone], name: str) -> Callable[[str], str]:
    (field,) = [field for field in model._meta.concrete_fields if field.name == name]
    return lambda value: _bytes(field.get_db_prep_value(value, connection))


def _bytes(value: bytes) -> str:
    return f"\\x{value.hex()}"
