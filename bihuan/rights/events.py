"""What happens to requests: ids, kinds and reasons, never what is kept of anybody."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("rights.asked", subject="customer")
@dataclass(frozen=True, kw_only=True)
class RightAsked:
    customer_id: int
    request_id: int
    kind: str
    channel: str
    due: str


@entry("rights.code_sent", subject="customer")
@dataclass(frozen=True, kw_only=True)
class RightCodeSent:
    customer_id: int
    request_id: int


@entry("rights.proved", subject="customer")
@dataclass(frozen=True, kw_only=True)
class RightProved:
    """Who asked proved to be the customer, and how."""

    customer_id: int
    request_id: int
    proof: str


@entry("rights.fulfilled", subject="customer")
@dataclass(frozen=True, kw_only=True)
class RightFulfilled:
    """``stays`` names the duties that keep a part of what was to be erased."""

    customer_id: int
    request_id: int
    kind: str
    stays: tuple[str, ...]
    was_late: bool


@entry("rights.refused", subject="customer")
@dataclass(frozen=True, kw_only=True)
class RightRefused:
    customer_id: int
    request_id: int
    kind: str
    reason: str
    was_late: bool


@entry("rights.copy_written", subject="customer")
@dataclass(frozen=True, kw_only=True)
class RightCopyWritten:
    """``sha256`` is of the machine-readable file."""

    customer_id: int
    request_id: int
    sha256: str


@entry("rights.copy_fetched", subject="customer")
@dataclass(frozen=True, kw_only=True)
class RightCopyFetched:
    """The copy left the house, by the customer's own hands or by a colleague's for them."""

    customer_id: int
    request_id: int
    form: str


@entry("rights.copy_removed", subject="customer")
@dataclass(frozen=True, kw_only=True)
class RightCopyRemoved:
    customer_id: int
    request_id: int
