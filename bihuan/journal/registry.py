"""What can be written into the journal, and who reads it: entry types by code, consumers by name."""

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from bihuan.journal.models import StoredEntry

Batch = Callable[[Sequence["StoredEntry"]], None]
EntryClass = TypeVar("EntryClass", bound=type)
BatchFunction = TypeVar("BatchFunction", bound=Batch)

BATCH = 500
IDS_ONLY = "ids only"
CODE = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")


class RegistrationRefused(Exception):
    """A declaration that contradicts the rules of the journal; raised while modules are imported."""


@dataclass(frozen=True)
class EntryType:
    """One kind of entry: its stored code, its frozen dataclass, and the field that holds the subject's id.

    ``erasure`` says what happens to personal data in it when a customer is erased. ``audience`` names the roles that
    may see such an entry live; None leaves that to the edge.
    """

    code: str
    cls: type
    subject: str
    subject_field: str
    erasure: str
    audience: frozenset[str] | None


@dataclass(frozen=True)
class Consumer:
    """A function that is given every entry with one of ``codes``, in order; no codes means every entry."""

    name: str
    codes: tuple[str, ...]
    batch: int
    handle: Batch


_types_by_code: dict[str, EntryType] = {}
_types_by_class: dict[type, EntryType] = {}
_consumers: dict[str, Consumer] = {}


def entry(
    code: str,
    *,
    subject: str,
    subject_field: str | None = None,
    erasure: str = IDS_ONLY,
    audience: frozenset[str] | None = None,
) -> Callable[[EntryClass], EntryClass]:
    """Register a frozen dataclass as the entry ``code``; the subject's id is its field ``<subject>_id``."""

    def register(cls: EntryClass) -> EntryClass:
        declared = EntryType(code, cls, subject, subject_field or f"{subject}_id", erasure, audience)
        _check_entry(declared)
        _types_by_code[code] = _types_by_class[cls] = declared
        return cls

    return register


def consumer(name: str, *codes: str, batch: int = BATCH) -> Callable[[BatchFunction], BatchFunction]:
    """Register a function of ``<module>/consumers.py``; it runs in one transaction with the move of its cursor.

    A running transaction holds back every ordered reader, so a consumer that takes long per entry asks for a smaller
    ``batch``: aim at less than a second.
    """

    def register(handle: BatchFunction) -> BatchFunction:
        if name in _consumers:
            raise RegistrationRefused(f"two consumers are called {name}")
        _consumers[name] = Consumer(name, codes, batch, handle)
        return handle

    return register


def type_of(written: Any) -> EntryType:
    """The registered type of an entry object; raises RegistrationRefused when its class was never registered."""
    try:
        return _types_by_class[type(written)]
    except KeyError:
        raise RegistrationRefused(f"{type(written).__qualname__} is not registered with @entry") from None


def entry_types() -> dict[str, EntryType]:
    """All entry types by code."""
    return dict(sorted(_types_by_code.items()))


def consumers() -> dict[str, Consumer]:
    """All consumers by name."""
    return dict(sorted(_consumers.items()))


def unknown_codes() -> dict[str, list[str]]:
    """Codes that a consumer waits for and nobody can write, by consumer."""
    missing = {name: [code for code in it.codes if code not in _types_by_code] for name, it in _consumers.items()}
    return {name: codes for name, codes in missing.items() if codes}


def _check_entry(declared: EntryType) -> None:
    cls, code = declared.cls, declared.code
    if not CODE.fullmatch(code):
        raise RegistrationRefused(f"{code!r} is not a dotted lower-case code such as case.assigned")
    if code in _types_by_code:
        raise RegistrationRefused(f"{code} is registered twice")
    if not dataclasses.is_dataclass(cls) or not cls.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        raise RegistrationRefused(f"{cls.__qualname__} must be a frozen dataclass")
    if declared.subject_field not in {field.name for field in dataclasses.fields(cls)}:
        raise RegistrationRefused(f"{cls.__qualname__} has no field {declared.subject_field} for its subject")
