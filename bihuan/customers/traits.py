"""What the rows of a customer say about who they are, read for the matching rules."""

from collections.abc import Iterable

from bihuan.customers.kinds import MatchLevel
from bihuan.customers.matching import Traits, match_level
from bihuan.customers.models import Customer, CustomerAddress, CustomerEmail, CustomerIdentity, CustomerPhone
from bihuan.language.pinyin import surname


def level_between(one_id: int, other_id: int) -> MatchLevel:
    """The evidence between two families, whatever order they are named in."""
    return match_level(traits_of(one_id), traits_of(other_id))


def traits_of(customer_id: int) -> Traits:
    """Blind indexes of the whole family: five queries."""
    family = list(Customer.objects.family_of(customer_id))
    ids = [row.pk for row in family]
    phones = list(CustomerPhone.objects.filter(customer_id__in=ids))
    contacts = [row.value_index for row in phones]
    for model in (CustomerEmail, CustomerIdentity):
        contacts += model.objects.filter(customer_id__in=ids).values_list("value_index", flat=True)
    named = next((row.name for row in family if row.name), "")
    return Traits(
        contacts=_bytes(contacts),
        addresses=_bytes(CustomerAddress.objects.filter(customer_id__in=ids).values_list("value_index", flat=True)),
        surname_tails=_bytes(row.surname_tail_index for row in phones) if named else frozenset(),
        surname_label=surname(named) if named else "",
    )


def _bytes(rows: Iterable[bytes | memoryview]) -> frozenset[bytes]:
    return frozenset(bytes(row) for row in rows)
