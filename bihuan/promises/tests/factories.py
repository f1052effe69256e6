"""Units, people and promises for the tests of this module."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.calendar.tests.calendars import at
from bihuan.foundation.actor import Actor, ActorKind, Via
from bihuan.journal.queries import entries_of
from bihuan.organization.models import Staff, Unit, UnitKind
from bihuan.promises.actions import PromiseTerms, start_promise
from bihuan.promises.models import Promise, PromiseKind

# The Sunday evening of the design's example; the complaint desk closes at 21:00.
SUNDAY = at("11-22 19:48")


@dataclass(frozen=True)
class Company:
    """A small company: headquarters, one division with a team and an operations department, and Lin."""

    hq: Unit
    division: Unit
    team: Unit
    operations: Unit
    lin: Staff

    @property
    def lin_acting(self) -> Actor:
        return Actor(kind=ActorKind.STAFF, id=self.lin.pk, name=self.lin.name, via=Via.WEB)


def make_company() -> Company:
    hq = _unit("P-HQ", UnitKind.HQ, "总部", None)
    division = _unit("P-EAST", UnitKind.DIVISION, "华东大区", hq)
    team = _unit("P-TEAM", UnitKind.TEAM, "华东一组", division)
    operations = _unit("P-OPS", UnitKind.DEPARTMENT, "运营部", division, function="OPERATIONS")
    lin = Staff.objects.create(staff_no="P-LIN", name="林晓雯", post="AGENT", unit=team, joined_on=at("01-05").date())
    return Company(hq, division, team, operations, lin)


def _unit(code: str, kind: str, name: str, parent: Unit | None, function: str = "") -> Unit:
    unit = Unit.objects.create(code=code, kind=kind, name=name, parent=parent, function=function, path="/")
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def terms(company: Company, kind: PromiseKind = PromiseKind.RESOLUTION, **changes) -> PromiseTerms:
    """Terms of a P1 complaint; ``changes`` name other fields."""
    department = kind == PromiseKind.DEPARTMENT
    given = {
        "subject": "case",
        "subject_id": 128,
        "kind": kind,
        "case_kind": "COMPLAINT",
        "priority": 1,
        "unit_id": company.operations.pk if department else company.team.pk,
        "division_id": company.division.pk,
        "owner_id": None if department else company.lin.pk,
    }
    return PromiseTerms(**{**given, **changes})


def promise(
    company: Company, kind: PromiseKind = PromiseKind.RESOLUTION, *, at: datetime = SUNDAY, **changes
) -> Promise:
    """A running promise, six working hours for a P1 complaint from the Sunday evening unless told otherwise."""
    return start_promise(actor=company.lin_acting, terms=terms(company, kind, **changes), at=at)


def codes(subject_id: int = 128) -> list[str]:
    """What the journal says about the subject, in order."""
    return [entry.code for entry in entries_of("case", subject_id)]


def entries(code: str, subject_id: int = 128) -> list:
    return [entry for entry in entries_of("case", subject_id) if entry.code == code]
