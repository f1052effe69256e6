"""What an edge was told about a customer, and its normal form."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bihuan.customers.contacts import Contact, read_address, read_email, read_phone
from bihuan.customers.kinds import CustomerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDraft:
    """A customer as somebody wrote it down."""

    name: str = ""
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    addresses: Sequence[str] = ()
    kind: str = CustomerKind.PERSON


@dataclass(frozen=True, slots=True)
class Person:
    """A draft in its normal form, every detail once."""

    name: str
    kind: str
    phones: tuple[Contact, ...]
    emails: tuple[Contact, ...]
    addresses: tuple[Contact, ...]

    @classmethod
    def read(cls, draft: CustomerDraft) -> "Person":
        """Raises PhoneInvalid, EmailInvalid."""
        return cls(
            name=" ".join(draft.name.split()),
            kind=draft.kind,
            phones=_read_all(read_phone, draft.phones),
            emails=_read_all(read_email, draft.emails),
            addresses=_read_all(read_address, draft.addresses),
        )

    @property
    def is_anonymous(self) -> bool:
        return not (self.name or self.phones or self.emails)

    @property
    def keys(self) -> list[bytes]:
        """What finds the person, phones before mail addresses."""
        return [contact.index for contact in (*self.phones, *self.emails)]


def _read_all(read: Callable[[str], Contact | None], written: Iterable[str]) -> tuple[Contact, ...]:
    contacts = (read(text) for text in written)
    return tuple({contact.index: contact for contact in contacts if contact}.values())
