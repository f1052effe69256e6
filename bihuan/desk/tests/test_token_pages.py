"""The system administrator gives a program a key on a page, sees it once, and ends it; nobody else can."""

import re

import pytest
from django.test import Client

from bihuan.api.models import ApiToken
from bihuan.journal.models import StoredEntry
from tests.people import build_company, signed_in

WANTED = {"staff_no": "", "name": "商城对接", "days": "90", "scopes": ["case.view"]}


@pytest.fixture
def company(db):
    return build_company()


def _cases_seen_with(clear: str) -> int:
    return Client().get("/api/v1/cases", headers={"Authorization": f"Bearer {clear}"}).status_code


def test_a_token_is_shown_once_works_in_its_scope_and_ends_at_once(company):
    keeper = signed_in(company.system_admin)
    answer = keeper.post("/tokens/issue", WANTED | {"staff_no": company.lin.staff_no.lower()})
    assert answer.status_code == 201 and "no-store" in answer["Cache-Control"]
    clear = re.search(r"bhn_[\w-]{40,}", answer.content.decode())[0]
    assert _cases_seen_with(clear) == 200
    refused = Client().get("/api/v1/customers?phone=13800001234", headers={"Authorization": f"Bearer {clear}"})
    assert refused.status_code == 403

    page = keeper.get("/tokens").content.decode()
    assert clear not in page and clear[:10] in page and "商城对接" in page

    token = ApiToken.objects.get()
    assert keeper.post(f"/tokens/{token.pk}/revoke").status_code == 302
    assert _cases_seen_with(clear) == 401
    assert "已停用" in keeper.get("/tokens").content.decode()
    codes = StoredEntry.objects.filter(code__startswith="token.").order_by("id").values_list("code", flat=True)
    assert list(codes) == ["token.issued", "token.revoked"]


@pytest.mark.parametrize(
    "wrong", [{"staff_no": "E99999"}, {"days": "9999"}, {"scopes": ["case.destroy"]}, {"scopes": []}]
)
def test_a_wrong_wish_is_told_beside_its_field_and_issues_nothing(company, wrong):
    wish = WANTED | {"staff_no": company.lin.staff_no, "name": "东区"} | wrong
    answer = signed_in(company.system_admin).post("/tokens/issue", wish)
    assert answer.status_code == 422 and 'value="东区"' in answer.content.decode()
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("who", ["lin", "he", "security_admin", "audit_admin"])
def test_nobody_else_sees_issues_or_ends_tokens(company, who):
    keeper, other = signed_in(company.system_admin), signed_in(getattr(company, who))
    keeper.post("/tokens/issue", WANTED | {"staff_no": company.lin.staff_no})
    token = ApiToken.objects.get()
    assert other.get("/tokens").status_code == 403
    assert other.post("/tokens/issue", WANTED | {"staff_no": company.lin.staff_no}).status_code == 403
    # what a person may not see is not there for them
    assert other.post(f"/tokens/{token.pk}/revoke").status_code in {403, 404}
    assert list(ApiToken.objects.values_list("pk", "revoked_at")) == [(token.pk, None)]


def test_the_page_of_the_api_loads_nothing_from_elsewhere(company):
    page = signed_in(company.lin).get("/api/v1/docs").content.decode()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert loaded and all(address.startswith("/static/") for address in loaded)
