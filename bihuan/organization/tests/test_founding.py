"""A new installation: one command opens headquarters with three administrators, who open everything else."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from bihuan.journal.models import StoredEntry
from bihuan.organization.management.commands.found import new_password
from bihuan.organization.models import RoleGrant, Staff, Unit
from bihuan.organization.passwords import CLASSES_WANTED, count_character_classes
from tests.people import build_company

pytestmark = pytest.mark.django_db


def found() -> dict[str, str]:
    """The passwords by staff number, as the command printed them."""
    out = StringIO()
    call_command("found", "新城速运", "--name-en", "Newtown Express", stdout=out)
    return dict(re.findall(r"^(system|security|audit) +(\S+)", out.getvalue(), re.MULTILINE))


def signed_in_with(staff_no: str, password: str) -> Client:
    client = Client()
    answer = client.post("/account/login/", {"login": staff_no, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return client


def test_the_three_open_a_company_that_takes_a_case():
    passwords = found()
    system, security = (signed_in_with(name, passwords[name]) for name in ("system", "security"))
    root = Unit.objects.get()
    division = {"parent_id": root.pk, "kind": "DIVISION", "unit_code": "EAST", "name": "华东大区"}
    assert system.post("/units/new", division).status_code == 302
    east = Unit.objects.get(code="EAST")
    assert system.post(f"/units/{east.pk}", {"name": "华东大区", "regions": ["浙江", "上海"]}).status_code == 302
    team = {"parent_id": east.pk, "kind": "TEAM", "unit_code": "EAST-C", "name": "投诉组"}
    assert system.post("/units/new", team).status_code == 302
    complaints = Unit.objects.get(code="EAST-C")
    answer = system.post(f"/units/{complaints.pk}", {"name": "投诉组", "handles": ["COMPLAINT", "CONSULTATION"]})
    assert answer.status_code == 302
    agent = {
        "staff_no": "Y001",
        "name": "林晓雯",
        "post": "AGENT",
        "unit_id": complaints.pk,
        "password": "Yh-2026-lin-xw",
    }
    assert system.post("/people/new", agent).status_code == 302
    lin = Staff.objects.get(staff_no="Y001")
    given = {"role": "AGENT", "unit_id": complaints.pk, "from_on": "2026-01-01"}
    assert security.post(f"/people/{lin.pk}/grants", given).status_code == 302

    desk = signed_in_with("Y001", "Yh-2026-lin-xw")
    case = {"kind": "CONSULTATION", "category": "COD", "matter": "代收货款多久到账？", "urgency": "MEDIUM"}
    answer = desk.post("/cases/new", case)
    assert answer.status_code == 302
    assert "代收货款" in desk.get(answer["Location"]).content.decode()


def test_a_company_is_opened_once():
    found()
    before = (Unit.objects.count(), Staff.objects.count(), StoredEntry.objects.count())
    with pytest.raises(CommandError, match="already_founded"):
        found()
    assert (Unit.objects.count(), Staff.objects.count(), StoredEntry.objects.count()) == before


def test_a_company_that_is_there_is_left_alone():
    build_company()
    with pytest.raises(CommandError, match="already_founded"):
        found()


def test_each_administrator_holds_one_office():
    found()
    held = RoleGrant.objects.order_by("staff__staff_no").values_list("staff__staff_no", "role")
    assert list(held) == [("audit", "AUDIT_ADMIN"), ("security", "SECURITY_ADMIN"), ("system", "SYSTEM_ADMIN")]
    written = StoredEntry.objects.order_by("id").values_list("code", flat=True)
    assert list(written)[:3] == ["unit.opened", "staff.registered", "grant.given"]


def test_every_drawn_password_keeps_the_rule():
    drawn = {new_password() for _ in range(200)}
    assert len(drawn) == 200
    assert all(len(word) == 16 and count_character_classes(word) >= CLASSES_WANTED for word in drawn)
