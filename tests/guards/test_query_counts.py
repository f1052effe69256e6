"""The pages people wait for keep their number of queries, whatever the number of rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.cases.tests import factories
from tests.guards.world import World
from tests.plugins.queries import CountQueries

PAGES = {
    "workspace": ("agent", lambda world: reverse("workspace")),
    "case_list": ("agent", lambda world: reverse("case_list")),
    "case_search": ("agent", lambda world: reverse("case_search") + "?q=镜头"),
    "case_page": ("agent", lambda world: reverse("case_page", args=[world.cases["closed"].number])),
    "customer_find": ("agent", lambda world: reverse("customer_find")),
    "customer_file": ("agent", lambda world: reverse("customer_file", args=[world.cases["received"].customer_id])),
    "customer_candidates": (
        "agent",
        lambda world: reverse("customer_candidates", args=[world.cases["received"].customer_id]),
    ),
    "rights_list": ("supervisor", lambda world: reverse("rights_list")),
    "rights_page": ("supervisor", lambda world: reverse("rights_page", args=[world.asked.pk])),
    "retention_rules": ("director", lambda world: reverse("retention_rules")),
    "agreement_page": ("director", lambda world: reverse("agreement_page", args=[world.agreed.pk])),
    "breach_page": ("director", lambda world: reverse("breach_page", args=[world.breach.pk])),
    "portal_data": ("customer", lambda world: reverse("portal_data", args=[world.cases["answered"].public_token])),
    "risk_list": ("supervisor", lambda world: reverse("risk_list")),
    "handoff_list": ("liaison", lambda world: reverse("handoff_list")),
    "handoff_page": ("liaison", lambda world: reverse("handoff_page", args=[world.handoffs["accepted"].pk])),
    "staff_list": ("system_admin", lambda world: reverse("staff_list")),
    "unit_list": ("system_admin", lambda world: reverse("unit_list")),
    "provider_list": ("system_admin", lambda world: reverse("provider_list")),
    "case_parcel": ("agent", lambda world: reverse("case_parcel", args=[world.cases["received"].number])),
    "portal_case": ("customer", lambda world: reverse("portal_case", args=[world.cases["answered"].public_token])),
}
API_PAGES = {
    "api.list_cases": "/api/v1/cases",
    "api.read_case": "/api/v1/cases/{number}",
    "api.read_timeline": "/api/v1/cases/{number}/timeline",
}
LISTS = ["workspace", "customer_find", "customer_file", "case_list", "case_search", "risk_list"]


def visit(world: World, role: str, path: str, *, as_json: bool = False) -> None:
    assert world.send(role, "GET", path, {}, as_json=as_json).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_no_more_than_its_baseline(world: World, name: str, count_queries: CountQueries) -> None:
    role, address = PAGES[name]
    visit(world, role, address(world))  # fills the caches that every process fills once
    with count_queries(name):
        visit(world, role, address(world))


@pytest.mark.django_db
@pytest.mark.parametrize("name", API_PAGES)
def test_an_operation_asks_no_more_than_its_baseline(world: World, name: str, count_queries: CountQueries) -> None:
    path = API_PAGES[name].format(number=world.cases["closed"].number)
    visit(world, "agent", path, as_json=True)
    with count_queries(name):
        visit(world, "agent", path, as_json=True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_more_rows_do_not_mean_more_queries(world: World, name: str) -> None:
    role, address = PAGES[name]
    visit(world, role, address(world))
    with CaptureQueriesContext(connection) as few:
        visit(world, role, address(world))
    for _ in range(5):
        factories.open_complaint()
    with CaptureQueriesContext(connection) as many:
        visit(world, role, address(world))
    assert len(many) <= len(few)
