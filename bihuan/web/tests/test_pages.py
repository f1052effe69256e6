"""The shell through HTTP: style guide, preferences, refusals, sign-in."""

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from bihuan.foundation.errors import Invalid, NotAllowed, NotVisible, Refusal
from bihuan.web.middleware import RefusalMiddleware
from bihuan.web.navigation import STAFF_PLACES, is_installed, on_rail, places_for, tabs_of
from tests.people import PASSWORD, Company, acting, build_company, signed_in

# refused requests and failed sign-ins are logged: here that is the point, elsewhere a finding
pytestmark = [pytest.mark.django_db, pytest.mark.prints]


class ClosedTwice(Refusal):
    code = "case_closed"
    sentence = "案件 {number} 已经办结。"
    rule = "办结后不再改动"
    next_step = "重新打开 {number}"


@pytest.fixture
def company() -> Company:
    return build_company()


def refuse(error, **headers):
    request = RequestFactory().get("/", **headers)
    request.htmx = "HTTP_HX_REQUEST" in headers
    request.user = None
    return RefusalMiddleware(lambda _request: HttpResponse()).process_exception(request, error)


def test_a_refusal_is_a_page_with_rule_step_and_code():
    response = refuse(ClosedTwice(number="TS-1"), HTTP_ACCEPT="text/html")
    page = response.content.decode()
    assert response.status_code == 409
    for words in ("案件 TS-1 已经办结。", "办结后不再改动", "重新打开 TS-1", "case_closed"):
        assert words in page


def test_a_refusal_of_a_fragment_lands_in_the_refusal_dialog():
    response = refuse(ClosedTwice(number="TS-1"), HTTP_ACCEPT="*/*", HTTP_HX_REQUEST="true")
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#bh-refusal-body"
    assert "<html" not in response.content.decode()


def test_a_refusal_without_a_browser_is_one_line():
    response = refuse(ClosedTwice(number="TS-1"), HTTP_ACCEPT="application/json")
    assert response.content.decode() == "case_closed: 案件 TS-1 已经办结。\n"


@pytest.mark.parametrize(("error", "status"), [(NotVisible(), 404), (NotAllowed(), 403), (Invalid(), 422)])
def test_each_kind_of_refusal_keeps_its_status(error, status):
    assert refuse(error, HTTP_ACCEPT="text/html").status_code == status


def test_other_errors_are_not_swallowed():
    assert refuse(ValueError("bug"), HTTP_ACCEPT="text/html") is None


def test_a_fragment_of_a_signed_out_person_leads_to_sign_in(client):
    middleware = RefusalMiddleware(
        lambda _request: HttpResponse(status=302, headers={"Location": "/account/login/?next=/x"})
    )
    request = RequestFactory().get("/part", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://testserver/desk?q=1")
    request.htmx = True
    response = middleware(request)
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/account/login/?next=%2Fdesk%3Fq%3D1"


def test_the_style_guide_is_not_public(client):
    assert client.get("/styleguide").status_code == 404


def test_the_style_guide_shows_itself_to_staff_without_inline_code(company):
    page = signed_in(company.lin).get("/styleguide").content.decode()
    assert "TS-20261122-000128" in page
    assert " style=" not in page
    assert " onclick=" not in page


@pytest.mark.parametrize(("name", "value"), [("theme", "dark"), ("text", "large")])
def test_a_preference_is_kept_and_drawn_by_the_server(client, name, value):
    response = client.post("/preferences", {name: value, "next": "/account/login/"})
    assert response["Location"] == "/account/login/"
    page = client.get("/account/login/").content.decode()
    assert f'data-{name}="{value}"' in page


def test_an_unknown_preference_is_refused(client):
    assert client.post("/preferences", {"theme": "pink"}).status_code == 400
    assert client.post("/preferences", {}).status_code == 400


def test_a_preference_never_leads_to_another_site(client):
    assert client.post("/preferences", {"theme": "dark", "next": "https://evil.example/"})["Location"] == "/"


def test_a_wrong_password_says_how_often_one_may_still_try(client, company):
    response = client.post("/account/login/", {"login": company.lin.staff_no, "password": "wrong"})
    assert "还可试 4 次" in response.content.decode()


def test_the_account_locks_after_five_wrong_passwords(client, company):
    for _attempt in range(5):
        response = client.post("/account/login/", {"login": company.lin.staff_no, "password": "wrong"})
    assert response.status_code == 429
    assert "login_locked" in response.content.decode()
    response = client.post("/account/login/", {"login": company.lin.staff_no, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_a_colleague_at_the_same_address_is_not_locked_with_the_person(client, company):
    for _attempt in range(5):
        client.post("/account/login/", {"login": company.lin.staff_no, "password": "wrong"})
    response = client.post("/account/login/", {"login": company.wei.staff_no, "password": PASSWORD})
    assert response.status_code == 302


def test_a_person_signs_in_with_staff_number_and_password(client, company):
    response = client.post(
        "/account/login/", {"login": company.lin.staff_no, "password": PASSWORD, "next": "/styleguide"}
    )
    assert response["Location"] == "/styleguide"


def test_a_forgotten_password_is_explained_not_mailed(client):
    page = client.get("/account/password/reset/").content.decode()
    assert "系统管理员" in page
    assert 'type="email"' not in page


def test_every_place_of_the_navigation_has_a_page():
    assert [place.url_name for place in STAFF_PLACES if not is_installed(place)] == []


def test_an_agent_is_not_shown_the_pages_of_leaders(company):
    shown = {place.url_name for place in places_for(acting(company.lin), STAFF_PLACES)}
    assert "workspace" in shown
    assert "risk_list" not in shown


def test_places_behind_another_one_are_its_tabs_and_stand_on_the_rail_without_it(company):
    keeper = places_for(acting(company.security_admin), STAFF_PLACES)
    names = [place.url_name for place in on_rail(keeper)]
    assert "retention_rules" in names and "breach_list" not in names
    tabs = [place.url_name for place in tabs_of(keeper)["breach_list"]]
    assert tabs == ["retention_rules", "hold_list", "sharing_list", "record_list", "breach_list"]
    leader = places_for(acting(company.wei), STAFF_PLACES)
    assert "breach_list" in [place.url_name for place in on_rail(leader)]
    assert tabs_of(leader) == {}


def test_the_words_of_the_scripts_are_data_not_code(client):
    page = client.get("/account/login/").content.decode()
    words = page.split('<script id="bh-words" type="application/json">')[1].split("</script>")[0]
    assert json.loads(words)["undo"]


@override_settings(DEBUG=False)
def test_a_missing_page_explains_itself(client):
    response = client.get("/nowhere-at-all")
    assert response.status_code == 404
    assert "没有找到这一页" in response.content.decode()
