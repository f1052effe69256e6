"""The page of a case while others work on the case."""

import pytest
from django.urls import reverse

from bihuan.cases.tests import factories
from tests.people import build_company, signed_in


@pytest.fixture
def company(db):
    return build_company()


def test_an_open_page_says_that_the_case_went_on_and_leads_to_the_next_steps(company):
    case = factories.open_complaint()
    lin = signed_in(company.lin)
    page = lin.get(f"/desk?case={case.number}").content.decode()
    live = f"/cases/{case.number}/timeline?state=RECEIVED"
    assert f'hx-get="{live}"' in page
    assert "看下一步" not in lin.get(live).content.decode()

    factories.confirm(company, case)
    came_from = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/desk?case={case.number}"}
    told = lin.get(live, headers=came_from).content.decode()
    assert "看下一步" in told and f'href="/desk?case={case.number}"' in told
    assert "看下一步" not in lin.get(f"/cases/{case.number}/timeline?state=CONFIRMED").content.decode()


def test_long_groups_of_the_workspace_show_three_and_a_link_to_all(company):
    for _ in range(5):
        factories.answer(company, factories.open_complaint())
    zhou = signed_in(company.zhou)
    page = zhou.get("/desk/queues").content.decode()
    assert page.count('class="bh-due"') == 3 and "?group=callbacks" in page
    listed = zhou.get("/desk?group=callbacks").content.decode()
    assert listed.count('class="bh-due"') == 3 + 5


def test_a_shift_begins_with_the_promise_that_is_due_next(company):
    lin = signed_in(company.lin)
    assert "打开最早到期的一件" not in lin.get("/desk").content.decode()
    later, sooner = factories.open_complaint(), factories.open_complaint(urgency="HIGH")
    for case in (later, sooner):
        lin.post(reverse("case_verb", args=[case.number, "claim"]))
    page = lin.get("/desk").content.decode()
    assert f'<a class="btn btn-primary" href="/desk?case={sooner.number}"' in page
