"""The people of the tests and the small company they work for. Each has a name and a post; nobody is ``user1``."""

from dataclasses import dataclass
from datetime import date

from django.test import Client

from bihuan.foundation.actor import Actor, ActorKind, Via
from bihuan.foundation.moment import now
from bihuan.organization.models import Membership, RoleGrant, Staff, Unit, UnitKind
from bihuan.organization.queries import actor_for
from bihuan.organization.roles import Role

PASSWORD = "Loop-closed-2026"
# hashing is slow on purpose; everybody in the tests shares one hash
_HASH: list[str] = []
LONG_AGO = date(2024, 1, 1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def add_unit(parent: Unit | None, kind: str, code: str, names: tuple[str, str], **fields: object) -> Unit:
    """A unit with its path and division."""
    unit = Unit(parent=parent, kind=kind, code=code, name=names[0], name_en=names[1], path="/", **fields)
    unit.save()
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.division_id = unit.pk if kind == UnitKind.DIVISION else (parent.division_id if parent else None)
    unit.save()
    return unit


def add_person(staff_no: str, names: tuple[str, str], role: str, unit: Unit, scope: Unit | None = None) -> Staff:
    """Somebody who works in a unit and holds a role over it, or over ``scope``."""
    staff = Staff(staff_no=staff_no, name=names[0], name_en=names[1], post=role, unit=unit, joined_on=LONG_AGO)
    if not _HASH:
        staff.set_password(PASSWORD)
        _HASH.append(staff.password)
    staff.password = _HASH[0]
    staff.save()
    Membership.objects.create(staff=staff, unit=unit, from_on=LONG_AGO)
    RoleGrant.objects.create(staff=staff, role=role, unit=scope or unit, from_on=LONG_AGO)
    return staff


@dataclass(frozen=True)
class Company:
    """Headquarters, the East with two teams and departments, and the South to prove borders against."""

    hq: Unit
    east: Unit
    south: Unit
    complaints: Unit
    consultations: Unit
    south_complaints: Unit
    operations: Unit
    business: Unit
    lin: Staff
    zhou: Staff
    wei: Staff
    qian: Staff
    he: Staff
    xu: Staff
    deng: Staff
    bai: Staff
    tan: Staff
    inspector: Staff
    system_admin: Staff
    security_admin: Staff
    audit_admin: Staff


def build_company() -> Company:
    """The company, stored. Call inside a test's transaction."""
    hq = add_unit(None, UnitKind.HQ, "HQ", ("总部客服中心", "Headquarters"))
    east = add_unit(hq, UnitKind.DIVISION, "EAST", ("华东大区", "East"), regions=["浙江", "上海", "江苏"])
    south = add_unit(hq, UnitKind.DIVISION, "SOUTH", ("华南大区", "South"), regions=["广东", "广西"])
    every_kind = ["COMPLAINT", "CONSULTATION", "SUGGESTION"]
    complaints = add_unit(east, UnitKind.TEAM, "EAST-C", ("华东投诉组", "East complaints"), handles=["COMPLAINT"])
    consultations = add_unit(
        east, UnitKind.TEAM, "EAST-Z", ("华东咨询组", "East enquiries"), handles=["CONSULTATION", "SUGGESTION"]
    )
    south_complaints = add_unit(south, UnitKind.TEAM, "SOUTH-C", ("华南投诉组", "South complaints"), handles=every_kind)
    operations = add_unit(
        east, UnitKind.DEPARTMENT, "EAST-OPS", ("华东运营部", "East operations"), function="OPERATIONS"
    )
    business = add_unit(hq, UnitKind.DEPARTMENT, "HQ-BIZ", ("总部业务部", "HQ business"), function="BUSINESS")
    return Company(
        hq=hq,
        east=east,
        south=south,
        complaints=complaints,
        consultations=consultations,
        south_complaints=south_complaints,
        operations=operations,
        business=business,
        lin=add_person("E10001", ("林晓雯", "Lin Xiaowen"), Role.AGENT, complaints, east),
        zhou=add_person("E10002", ("周岚", "Zhou Lan"), Role.AGENT, complaints),
        wei=add_person("E10003", ("魏强", "Wei Qiang"), Role.SUPERVISOR, complaints),
        qian=add_person("E10004", ("钱敏", "Qian Min"), Role.MANAGER, east),
        he=add_person("H10001", ("何静", "He Jing"), Role.DIRECTOR, hq),
        xu=add_person("E20001", ("许建国", "Xu Jianguo"), Role.LIAISON, operations),
        deng=add_person("H20001", ("邓凯", "Deng Kai"), Role.LIAISON, business),
        bai=add_person("S10001", ("白雪", "Bai Xue"), Role.AGENT, south_complaints),
        tan=add_person("S10002", ("谭勇", "Tan Yong"), Role.MANAGER, south),
        inspector=add_person("H30001", ("苏宁", "Su Ning"), Role.INSPECTOR, hq),
        system_admin=add_person("H90001", ("沈工", "Shen Gong"), Role.SYSTEM_ADMIN, hq),
        security_admin=add_person("H90002", ("安琪", "An Qi"), Role.SECURITY_ADMIN, hq),
        audit_admin=add_person("H90003", ("申计", "Shen Ji"), Role.AUDIT_ADMIN, hq),
    )


def acting(staff: Staff, via: Via = Via.WEB) -> Actor:
    """The person as an actor, right now."""
    return actor_for(staff, at=now(), via=via)


def signed_in(staff: Staff) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    client.force_login(staff, backend=BACKEND)
    return client


def visitor(*case_ids: int) -> Actor:
    """Zhao the customer on the portal, with the cases she has proved to be hers."""
    return Actor(kind=ActorKind.CUSTOMER, id=None, name="customer", via=Via.PORTAL, case_ids=frozenset(case_ids))
