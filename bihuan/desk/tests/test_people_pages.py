"""People, roles and units on the pages of the administrators, each border proved by what did not change."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.cases.models import Case
from bihuan.foundation.moment import now
from bihuan.journal.models import StoredEntry
from bihuan.organization.models import Membership, RoleGrant, Staff, Unit
from bihuan.organization.queries import actor_for, find_team, unit_on
from bihuan.organization.roles import HANDLERS
from tests.people import PASSWORD, Company, build_company, signed_in


@pytest.fixture
def company(db):
    return build_company()


def newcomer(company: Company, **changes: object) -> dict[str, object]:
    fields = {"staff_no": "N900", "name": "宋宁", "post": "AGENT", "unit_id": company.complaints.pk}
    return fields | {"password": "Night-shift-900"} | changes


def test_an_account_is_opened_by_the_system_administrator_and_has_no_rights_yet(company):
    answer = signed_in(company.system_admin).post("/people/new", newcomer(company))
    song = Staff.objects.get(staff_no="N900")
    assert answer.status_code == 302 and answer["Location"] == f"/people/{song.pk}"
    assert not RoleGrant.objects.filter(staff=song).exists()
    assert Membership.objects.get(staff=song).unit == company.complaints
    assert signed_in(song).get("/cases").status_code == 200
    assert not actor_for(song, at=now(), via="WEB").grants


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "short-1A"}, "password_refused"),
        ({"password": "alllowercaseletters"}, "password_refused"),
        ({"password": "12345678901234"}, "password_refused"),
        ({"staff_no": "lower"}, "staff_number_taken"),
    ],
)
def test_a_weak_password_or_a_taken_number_opens_no_account(company, changes, code):
    if code == "staff_number_taken":
        changes = {"staff_no": company.lin.staff_no.lower()}
    before = Staff.objects.count()
    answer = signed_in(company.system_admin).post("/people/new", newcomer(company, **changes))
    assert answer.status_code == 422 and code in answer.content.decode()
    assert Staff.objects.count() == before


@pytest.mark.parametrize("who", ["lin", "he", "security_admin", "audit_admin", "inspector"])
def test_nobody_else_opens_accounts_units_or_passwords(company, who):
    other = signed_in(getattr(company, who))
    before = (Staff.objects.count(), Unit.objects.count(), company.lin.password)
    unit = {"parent_id": company.east.pk, "kind": "TEAM", "unit_code": "EAST-N", "name": "夜班组"}
    wrong = [
        other.post("/people/new", newcomer(company)),
        other.post("/units/new", unit),
        other.post(f"/units/{company.east.pk}", {"name": "别的名字"}),
        other.post(f"/units/{company.consultations.pk}/close"),
        other.post(f"/people/{company.lin.pk}/password", {"password": "Other-pass-900"}),
    ]
    assert {answer.status_code for answer in wrong} == {403}
    company.lin.refresh_from_db()
    company.east.refresh_from_db()
    assert (Staff.objects.count(), Unit.objects.count(), company.lin.password) == before
    assert company.east.name == "华东大区" and not Unit.objects.exclude(closed_on=None).exists()


def test_a_move_holds_from_its_day_and_the_past_keeps_the_earlier_unit(company):
    today = timezone.localdate()
    answer = signed_in(company.system_admin).post(
        f"/people/{company.lin.pk}/move", {"unit_id": company.consultations.pk, "from_on": today.isoformat()}
    )
    assert answer.status_code == 302
    assert unit_on(company.lin.pk, today) == company.consultations
    assert unit_on(company.lin.pk, today - timedelta(days=1)) == company.complaints


def test_a_role_is_given_by_the_security_administrator_for_its_days(company):
    security, today = signed_in(company.security_admin), timezone.localdate()
    to_on = (today + timedelta(days=3)).isoformat()
    given = {"role": "SUPERVISOR", "unit_id": company.complaints.pk, "from_on": today.isoformat(), "to_on": to_on}
    assert security.post(f"/people/{company.lin.pk}/grants", given).status_code == 302
    assert signed_in(company.lin).get("/risk").status_code == 200
    later = now() + timedelta(days=4)
    assert {grant.role for grant in actor_for(company.lin, at=later, via="WEB").grants} == {"AGENT"}

    grant = RoleGrant.objects.get(staff=company.lin, role="SUPERVISOR")
    assert security.post(f"/grants/{grant.pk}/end").status_code == 302
    assert signed_in(company.lin).get("/risk").status_code == 403


@pytest.mark.parametrize(
    ("who", "role"), [("lin", "SYSTEM_ADMIN"), ("system_admin", "AUDIT_ADMIN"), ("audit_admin", "DIRECTOR")]
)
def test_administrators_stay_apart(company, who, role):
    person = getattr(company, who)
    before = set(RoleGrant.objects.values_list("pk", "role"))
    given = {"role": role, "unit_id": company.hq.pk, "from_on": timezone.localdate().isoformat()}
    answer = signed_in(company.security_admin).post(f"/people/{person.pk}/grants", given)
    assert answer.status_code == 409 and "roles_must_stay_apart" in answer.content.decode()
    assert set(RoleGrant.objects.values_list("pk", "role")) == before


def test_nobody_gives_a_role_to_themselves(company):
    given = {"role": "SECURITY_ADMIN", "unit_id": company.east.pk, "from_on": timezone.localdate().isoformat()}
    answer = signed_in(company.security_admin).post(f"/people/{company.security_admin.pk}/grants", given)
    assert answer.status_code in {403, 409}
    assert RoleGrant.objects.filter(staff=company.security_admin).count() == 1


def test_a_closed_account_is_out_with_its_next_request(company):
    lin = signed_in(company.lin)
    assert lin.get("/desk").status_code == 200
    assert signed_in(company.system_admin).post(f"/people/{company.lin.pk}/active", {"active": "0"}).status_code == 302
    assert lin.get("/desk").status_code == 302
    answer = lin.post("/account/login/", {"login": company.lin.staff_no, "password": PASSWORD})
    assert answer.status_code != 302 or "/desk" not in answer["Location"]


def test_new_cases_follow_the_duties_of_the_units(company):
    keeper = signed_in(company.system_admin)
    assert find_team("COMPLAINT", "江西") != company.south_complaints
    wanted = {"name": "华南大区", "name_en": "South", "regions": ["广东", "广西", "江西"]}
    assert keeper.post(f"/units/{company.south.pk}", wanted).status_code == 302
    assert find_team("COMPLAINT", "江西") == company.south_complaints
    assert "江西" in keeper.get("/units").content.decode()
    entry = StoredEntry.objects.filter(code="unit.changed").latest("id")
    assert (entry.payload["before"], entry.payload["after"]) == ("广东 广西", "江西 广东 广西")


def test_a_province_belongs_to_one_division(company):
    wanted = {"name": "华南大区", "regions": ["广东", "浙江"]}
    answer = signed_in(company.system_admin).post(f"/units/{company.south.pk}", wanted)
    assert answer.status_code == 409 and "region_taken" in answer.content.decode()
    company.south.refresh_from_db()
    assert company.south.regions == ["广东", "广西"]


def test_a_unit_with_people_is_not_closed_and_an_empty_one_is(company):
    keeper = signed_in(company.system_admin)
    assert keeper.post(f"/units/{company.complaints.pk}/close").status_code == 409
    unit = {"parent_id": company.east.pk, "kind": "TEAM", "unit_code": "EAST-N", "name": "夜班组"}
    keeper.post("/units/new", unit)
    night = Unit.objects.get(code="EAST-N")
    assert keeper.post(f"/units/{night.pk}/close").status_code == 302
    night.refresh_from_db()
    assert night.closed_on == timezone.localdate()
    company.complaints.refresh_from_db()
    assert company.complaints.closed_on is None


def test_a_department_needs_a_function_and_a_team_has_none(company):
    keeper = signed_in(company.system_admin)
    unit = {"parent_id": company.east.pk, "kind": "DEPARTMENT", "unit_code": "EAST-Q", "name": "质量监督部"}
    assert keeper.post("/units/new", unit).status_code == 422
    assert keeper.post("/units/new", unit | {"kind": "TEAM", "function": "QUALITY"}).status_code == 422
    assert keeper.post("/units/new", unit | {"function": "QUALITY"}).status_code == 302
    assert Unit.objects.get(code="EAST-Q").function == "QUALITY"


def test_what_an_agent_takes_down_without_a_province_stays_with_the_agents_team(company):
    case = {"kind": "COMPLAINT", "category": "LOSS", "matter": "柜子里没有", "expected": "找回", "urgency": "MEDIUM"}
    bai = signed_in(company.bai)
    answer = bai.post("/cases/new", case)
    assert answer.status_code == 302
    stored = Case.objects.get()
    assert stored.team_id in actor_for(company.bai, at=now(), via="WEB").units(HANDLERS)
    assert bai.get(answer["Location"]).status_code == 200
