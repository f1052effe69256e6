"""What the key-account files write into the journal; the subject is the company."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("account.opened", subject="customer")
@dataclass(frozen=True, kw_only=True)
class AccountOpened:
    customer_id: int
    account_id: int
    owner_id: int


@entry("account.changed", subject="customer")
@dataclass(frozen=True, kw_only=True)
class AccountChanged:
    customer_id: int
    account_id: int
    fields: tuple[str, ...]


@entry("account.contact_added", subject="customer")
@dataclass(frozen=True, kw_only=True)
class AccountContactAdded:
    customer_id: int
    account_id: int
    contact_id: int
    role: str


@entry("account.habit_noted", subject="customer")
@dataclass(frozen=True, kw_only=True)
class AccountHabitNoted:
    customer_id: int
    account_id: int
    habit_id: int


@entry("account.visited", subject="customer")
@dataclass(frozen=True, kw_only=True)
class AccountVisited:
    customer_id: int
    account_id: int
    visit_id: int
