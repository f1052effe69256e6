"""What the vault writes into the journal: ids, kinds and purposes, never a value."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("customer.registered", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerRegistered:
    customer_id: int
    kind: str


@entry("customer.named", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerNamed:
    customer_id: int


@entry("customer.phone_added", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerPhoneAdded:
    customer_id: int
    phone_id: int
    identifies: bool


@entry("customer.email_added", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerEmailAdded:
    customer_id: int
    email_id: int
    identifies: bool


@entry("customer.address_added", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerAddressAdded:
    customer_id: int
    address_id: int


@entry("customer.contact_confirmed", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerContactConfirmed:
    customer_id: int
    field: str


@entry("customer.revealed", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerRevealed:
    """Somebody saw a clear value: ``field`` as on the card (``phone:12``) or ``data:3,7`` for values in a text."""

    customer_id: int
    field: str
    purpose: str
    case_id: int


@entry("customer.looked_at", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerLookedAt:
    """Somebody opened the masked card."""

    customer_id: int
    case_id: int | None


@entry("customer.decoy_planted", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerDecoyPlanted:
    customer_id: int


@entry("customer.data_lifted", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerDataLifted:
    """Values were moved out of a text into the vault; ``kinds`` in the order of ``datum_ids``."""

    customer_id: int | None
    datum_ids: tuple[int, ...]
    kinds: tuple[str, ...]


@entry("customer.identity_added", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerIdentityAdded:
    customer_id: int
    identity_id: int
    kind: str
    identifies: bool


@entry("customer.merged", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerMerged:
    """``merged_id`` is shown as ``customer_id`` from now on; no row has moved."""

    customer_id: int
    merged_id: int
    merge_id: int
    level: str


@entry("customer.unmerged", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerUnmerged:
    customer_id: int
    merged_id: int
    merge_id: int


@entry("customer.corrected", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerCorrected:
    """A value was wrong and is right now; both stand here masked."""

    customer_id: int
    field: str
    before: str
    after: str


@entry("customer.erased", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerErased:
    """How many values of each kind are gone."""

    customer_id: int
    phones: int
    emails: int
    addresses: int
    accounts: int
    texts: int


@entry("customer.values_removed", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerValuesRemoved:
    """Values whose time was over are gone; the customer stays. ``customer_id`` is None for texts of nobody known."""

    customer_id: int | None
    kind: str
    count: int
