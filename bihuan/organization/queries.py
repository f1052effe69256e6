"""Reads of the organisation for all other modules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor, ActorKind, Grant, Via
from bihuan.foundation.errors import NotVisible, Refusal
from bihuan.foundation.kept import kept_while
from bihuan.foundation.paging import KeysetPage, page_by_key
from bihuan.organization.access import access_staff, access_unit, require_role
from bihuan.organization.models import Membership, RoleGrant, Staff, Unit, UnitKind, holding_on
from bihuan.organization.roles import DIRECTORY_READERS, GRANT_KEEPERS, HANDLERS, STAFF_KEEPERS, TEAM_MOVERS

__all__ = [
    "NoUnitYet",
    "StaffCard",
    "UnitName",
    "access_staff",
    "actor_for",
    "find_department",
    "find_team",
    "list_colleagues",
    "list_departments",
    "list_handlers",
    "list_staff",
    "list_teams",
    "require_role",
    "staff_card",
    "staff_names",
    "unit_chain",
    "unit_names",
    "unit_on",
    "unit_tree",
]


class NoUnitYet(Refusal):
    code = "no_unit_yet"
    sentence = _("还没有建立任何组织单位，没有班组可以接收案件。")
    next_step = _("请系统管理员先建立总部和班组，再重试。")


GRANTS_SQL = """
    SELECT g.role, array_agg(DISTINCT below.id)
      FROM organization_rolegrant g
      JOIN organization_unit top ON top.id = g.unit_id
      JOIN organization_unit below ON below.path LIKE top.path || '%%'
     WHERE g.staff_id = %s AND g.from_on <= %s AND (g.to_on IS NULL OR g.to_on >= %s)
     GROUP BY g.role
"""


def actor_for(staff: Staff, *, at: datetime, via: Via) -> Actor:
    """The person as an actor, with every grant that holds on the day resolved to unit ids. One query."""
    day = timezone.localdate(at)
    with connection.cursor() as cursor:
        cursor.execute(GRANTS_SQL, [staff.pk, day, day])
        grants = tuple(Grant(role=role, unit_ids=frozenset(ids)) for role, ids in cursor.fetchall())
    return Actor(kind=ActorKind.STAFF, id=staff.pk, name=staff.name, via=via, grants=grants if staff.is_active else ())


@dataclass(frozen=True, slots=True)
class UnitName:
    id: int
    name: str
    kind: str
    division_id: int | None
    path: str


def unit_names(unit_ids: Iterable[int | None]) -> dict[int, str]:
    """Names in the reader's language, by unit id."""
    wanted = {unit_id for unit_id in unit_ids if unit_id}
    return {unit.pk: unit.label for unit in Unit.objects.filter(pk__in=wanted)} if wanted else {}


def staff_names(staff_ids: Iterable[int | None]) -> dict[int, str]:
    """Names in the reader's language, by staff id."""
    wanted = {staff_id for staff_id in staff_ids if staff_id}
    return {staff.pk: staff.label for staff in Staff.objects.filter(pk__in=wanted)} if wanted else {}


def unit_chain(unit_id: int) -> list[Unit]:
    """The units from the given one up to the root."""
    unit = Unit.objects.get(pk=unit_id)
    by_id = Unit.objects.in_bulk(unit.ancestor_ids)
    return [by_id[pk] for pk in reversed(unit.ancestor_ids)]


def find_department(function: str, division_id: int | None) -> Unit | None:
    """The open department of a function in the division, else the one at headquarters."""
    departments = Unit.objects.active().filter(kind=UnitKind.DEPARTMENT, function=function)
    in_division = departments.filter(division_id=division_id).order_by("code").first() if division_id else None
    return in_division or departments.filter(division_id=None).order_by("code").first()


def list_departments() -> list[Unit]:
    """All open departments, headquarters first."""
    return list(Unit.objects.active().filter(kind=UnitKind.DEPARTMENT).order_by("path"))


def list_teams(division_id: int | None = None) -> list[Unit]:
    """Open teams, of one division or of all."""
    teams = Unit.objects.active().filter(kind=UnitKind.TEAM).order_by("path")
    return list(teams.filter(division_id=division_id) if division_id else teams)


def unit_on(staff_id: int, day: date) -> Unit | None:
    """The unit a person worked in on a day: reports about the past use this, never today's unit."""
    membership = Membership.objects.filter(holding_on(day), staff_id=staff_id).select_related("unit").first()
    return membership.unit if membership else None


def list_colleagues(unit_ids: Iterable[int], roles: Iterable[str], day: date) -> list[Staff]:
    """Active people who hold one of the roles over one of the units on the day."""
    held = RoleGrant.objects.filter(holding_on(day), role__in=list(roles), unit_id__in=list(unit_ids))
    holders = held.values("staff_id")
    people = Staff.objects.filter(is_active=True, pk__in=holders)
    return list(people.select_related("unit").order_by("staff_no"))


def find_staff(*, actor: Actor, staff_no: str) -> Staff | None:
    """The person with this staff number, in any case of letters, for whoever reads the directory. Raises NotAllowed."""
    if not actor.is_system:
        require_role(actor, DIRECTORY_READERS)
    return Staff.objects.filter(staff_no__iexact=staff_no.strip()).first()


def list_handlers() -> list[Staff]:
    """Active people whose post is to handle cases."""
    return list(Staff.objects.filter(is_active=True, post__in=HANDLERS).select_related("unit").order_by("staff_no"))


@kept_while("organization_unit")
def find_team(work: str, region: str, near: frozenset[int] = frozenset()) -> Unit:
    """The open team that does a kind of work for a region, else one of the units ``near`` whoever takes it down.

    Without either a team of headquarters, any team, and headquarters itself. ``work`` is one of the words in
    ``Unit.handles``; ``region`` is a province name such as 浙江. Raises NoUnitYet.
    """
    teams = Unit.objects.active().filter(kind=UnitKind.TEAM, handles__contains=[work]).order_by("path")
    if region:
        regional = teams.filter(division__regions__contains=[region]).first()
        if regional is not None:
            return regional
    nearby = teams.filter(pk__in=near).first() if near else None
    fallback = (
        nearby or teams.filter(division=None).first() or teams.first() or Unit.objects.filter(parent=None).first()
    )
    if fallback is None:
        raise NoUnitYet()
    return fallback


def get_unit(*, actor: Actor, unit_id: int) -> Unit:
    """A unit, for whoever keeps the organisation. Raises NotVisible, NotAllowed."""
    return access_unit(actor, unit_id, roles=STAFF_KEEPERS)


@dataclass(frozen=True, slots=True)
class StaffCard:
    """A person with their places and roles, and what the reader may change."""

    staff: Staff
    memberships: list[Membership]
    grants: list[RoleGrant]
    may_keep: bool
    may_move: bool
    may_grant: bool


def staff_card(*, actor: Actor, staff_id: int, at: datetime) -> StaffCard:
    """One person's page. Raises NotVisible, NotAllowed."""
    require_role(actor, DIRECTORY_READERS)
    staff = Staff.objects.select_related("unit").filter(pk=staff_id).first()
    if staff is None:
        raise NotVisible()
    return StaffCard(
        staff=staff,
        memberships=list(staff.memberships.select_related("unit").order_by("-from_on")),
        grants=list(RoleGrant.objects.filter(holding_on(timezone.localdate(at)), staff=staff).select_related("unit")),
        may_keep=actor.holds(STAFF_KEEPERS, staff.unit_id),
        may_move=actor.holds(TEAM_MOVERS, staff.unit_id),
        may_grant=actor.holds(GRANT_KEEPERS, staff.unit_id),
    )


def list_staff(*, text: str = "", after: str | None = None, limit: int = 50) -> KeysetPage[Staff]:
    """The directory by staff number order of entry; ``text`` narrows it to names and numbers."""
    people = Staff.objects.select_related("unit")
    if text.strip():
        wanted = text.strip()
        people = people.filter(
            Q(name__icontains=wanted) | Q(name_en__icontains=wanted) | Q(staff_no__istartswith=wanted)
        )
    return page_by_key(people, order=("id",), after=after, limit=limit)


def unit_tree() -> list[tuple[Unit, int, int]]:
    """Open units in tree order, each with its depth and the number of active people in it."""
    units = list(Unit.objects.active().order_by("path"))
    counted = Unit.objects.active().annotate(people=Count("staff", filter=Q(staff__is_active=True)))
    people = dict(counted.values_list("pk", "people"))
    return [(unit, len(unit.ancestor_ids) - 1, people[unit.pk]) for unit in units]
