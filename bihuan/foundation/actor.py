"""Who is acting. Built at an edge, passed to every action and query; nothing reads a global current user."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    STAFF = "STAFF"
    CUSTOMER = "CUSTOMER"
    SYSTEM = "SYSTEM"


class Via(StrEnum):
    """The edge an act came through; kept in the journal."""

    WEB = "WEB"
    API = "API"
    PORTAL = "PORTAL"
    COMMAND = "COMMAND"
    JOB = "JOB"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held over a set of units (the granted unit with everything below it)."""

    role: str
    unit_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or job with what it may do, resolved once per request.

    ``scopes`` limits an API token to the named scopes; None means no limit beyond the grants.
    ``case_ids`` is what a customer on the portal has proved to be theirs.
    """

    kind: ActorKind
    id: int | None
    name: str
    via: Via = Via.WEB
    grants: tuple[Grant, ...] = ()
    scopes: frozenset[str] | None = None
    case_ids: frozenset[int] = frozenset()

    @classmethod
    def system(cls, name: str) -> "Actor":
        """The actor of a job: sees everything, is named in the journal."""
        return cls(kind=ActorKind.SYSTEM, id=None, name=name, via=Via.JOB)

    @property
    def is_system(self) -> bool:
        return self.kind is ActorKind.SYSTEM

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF

    @property
    def is_customer(self) -> bool:
        return self.kind is ActorKind.CUSTOMER

    def units(self, roles: Collection[str]) -> frozenset[int]:
        """Ids of the units over which the actor holds any of ``roles``."""
        return frozenset().union(*(grant.unit_ids for grant in self.grants if grant.role in roles))

    def holds(self, roles: Collection[str], unit_id: int | None) -> bool:
        """True when one of ``roles`` covers the unit; jobs hold every role."""
        return self.is_system or unit_id in self.units(roles)
