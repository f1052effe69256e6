"""The demo company 远禾速运: units, 80 people and the account of a shop platform, with their grants."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from bihuan.demo.wordlists import wordlist
from bihuan.foundation.actor import Actor
from bihuan.journal.actions import Line, write_many
from bihuan.organization.events import GrantGiven, StaffRegistered, UnitOpened
from bihuan.organization.models import Membership, RoleGrant, Staff, Unit, UnitKind
from bihuan.organization.roles import Role

FOUNDER = Actor.system("demo")
# Everybody has joined before the first case was opened.
SENIORITY_DAYS = (400, 3600)
MAIL_DOMAIN = "yuanhe.example"


@dataclass(slots=True)
class Company:
    """The units by code and the people by staff number, with who does what where."""

    units: dict[str, Unit] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    holders: dict[tuple[str, int], list[Staff]] = field(default_factory=dict)
    _teams: dict[tuple[str, str], Unit] = field(default_factory=dict)

    def people(self, role: Role, unit: Unit) -> list[Staff]:
        """Who was granted the role over exactly this unit."""
        return self.holders.get((role.value, unit.pk), [])

    def team(self, division: str, work: str) -> Unit:
        """The team of a division that takes a kind of work."""
        if not self._teams:
            teams = [unit for unit in self.units.values() if unit.kind == UnitKind.TEAM]
            self._teams = {(unit.code.partition("-")[0], work): unit for unit in teams for work in unit.handles}
        return self._teams[division, work]

    def unit(self, unit_id: int) -> Unit:
        """A unit by its id."""
        return next(unit for unit in self.units.values() if unit.pk == unit_id)

    def department(self, function: str, division_id: int | None) -> Unit:
        """The department of a function in the division, else at headquarters."""
        departments = [unit for unit in self.units.values() if unit.function == function]
        nearest = [unit for unit in departments if unit.division_id == division_id]
        return (nearest or [unit for unit in departments if unit.division_id is None])[0]

    def division_of(self, province: str) -> str:
        """The code of the division that serves a province."""
        return next(row["code"] for row in wordlist("company")["divisions"] if province in row["regions"])


def opened_on(at: datetime) -> date:
    """The day from which every unit, membership and grant holds: before anybody's first day in the histories."""
    return (at - timedelta(days=SENIORITY_DAYS[0])).date()


@transaction.atomic
def found_company(*, password: str, at: datetime, rng: Random) -> Company:
    """Create the whole company. Everybody gets the same password, hashed once: hashing is slow on purpose."""
    company = Company()
    lines = [_line(_opened(unit), unit, at) for unit in _open_units(company)]
    hashed = make_password(password)
    rows = [(row, person) for row in wordlist("company")["staff"] for person in row["people"]]
    for row, (staff_no, name, name_en) in rows:
        unit = company.units[row["unit"]]
        company.staff[staff_no] = Staff(
            staff_no=staff_no,
            name=name,
            name_en=name_en,
            post=row["post"],
            unit=unit,
            email=f"{staff_no.lower()}@{MAIL_DOMAIN}",
            joined_on=at.date() - timedelta(days=rng.randint(*SENIORITY_DAYS)),
            password=hashed,
            password_changed_at=at,
        )
    Staff.objects.bulk_create(company.staff.values())
    lines += _employ(company, at)
    write_many(lines)
    return company


def load_company() -> Company:
    """The company as it stands in the database."""
    company = Company(
        units={unit.code: unit for unit in Unit.objects.active()},
        staff={staff.staff_no: staff for staff in Staff.objects.filter(is_active=True)},
    )
    for grant in RoleGrant.objects.filter(to_on=None).select_related("staff"):
        company.holders.setdefault((grant.role, grant.unit_id), []).append(grant.staff)
    return company


def _open_units(company: Company) -> Iterator[Unit]:
    words = wordlist("company")
    top = words["headquarters"]
    yield (root := _open(company, None, UnitKind.HQ, top["code"], top))
    for row in words["departments"]:
        yield _open_department(company, root, row)
    yield _open(company, root, UnitKind.SITE, words["shop"]["code"], words["shop"])
    for division_row in words["divisions"]:
        names = {"name": f"{division_row['name']}大区", "name_en": f"{division_row['name_en']} division"}
        division = _open(company, root, UnitKind.DIVISION, division_row["code"], names, regions=division_row["regions"])
        yield division
        for row in words["departments"]:
            if row["function"] in ("OPERATIONS", "QUALITY"):
                yield _open_department(company, division, row, division_row)
        for row in words["teams"]:
            names = {
                "name": division_row["name"] + row["name"],
                "name_en": f"{division_row['name_en']} {row['name_en']}",
            }
            code = f"{division_row['code']}-{row['code']}"
            yield _open(company, division, UnitKind.TEAM, code, names, handles=row["handles"])


def _open_department(
    company: Company, parent: Unit, row: Mapping[str, Any], division: Mapping[str, Any] | None = None
) -> Unit:
    place, place_en = (division["name"], division["name_en"]) if division else ("总部", "HQ")
    names = {"name": place + row["name"], "name_en": f"{place_en} {row['name_en'].lower()}"}
    code = f"{parent.code}-{row['function']}"
    return _open(company, parent, UnitKind.DEPARTMENT, code, names, function=row["function"])


def _open(
    company: Company, parent: Unit | None, kind: UnitKind, code: str, names: Mapping[str, Any], **fields: Any
) -> Unit:
    """Store a unit with its place in the tree."""
    unit = Unit(parent=parent, kind=kind, code=code, name=names["name"], name_en=names["name_en"], path="", **fields)
    unit.save()
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    if parent is not None:
        unit.division_id = unit.pk if kind == UnitKind.DIVISION else parent.division_id
    unit.save(update_fields=["path", "division"])
    company.units[code] = unit
    return unit


def _employ(company: Company, at: datetime) -> Iterator[Line]:
    """Memberships and grants: the post's role over the unit; administrators and headquarters posts over everything."""
    since = opened_on(at)
    people = list(company.staff.values())
    Membership.objects.bulk_create(Membership(staff=one, unit=one.unit, from_on=since) for one in people)
    grants = [RoleGrant(staff=one, role=one.post, unit=one.unit, from_on=since) for one in people]
    RoleGrant.objects.bulk_create(grants)
    for one, grant in zip(people, grants, strict=True):
        company.holders.setdefault((grant.role, grant.unit_id), []).append(one)
        registered = StaffRegistered(staff_id=one.pk, staff_no=one.staff_no, post=one.post, unit_id=one.unit_id)
        given = GrantGiven(staff_id=one.pk, role=grant.role, unit_id=grant.unit_id, from_on=since.isoformat())
        yield from (_line(entry, one.unit, at) for entry in (registered, given))


def _opened(unit: Unit) -> UnitOpened:
    return UnitOpened(unit_id=unit.pk, kind=unit.kind, code=unit.code, parent_id=unit.parent_id)


def _line(entry: object, unit: Unit, at: datetime) -> Line:
    return Line(actor=FOUNDER, entry=entry, at=at, units=(unit.pk,), division_id=unit.division_id)
