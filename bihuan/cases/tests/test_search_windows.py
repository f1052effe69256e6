"""Search goes from the newest window of cases to all of them, and finds the same either way."""

import pytest
from django.db import connection

from bihuan.cases import actions, queries
from bihuan.cases.indexing import find_visible, place_terms
from bihuan.cases.models import Case
from bihuan.cases.tests import factories
from bihuan.foundation.moment import now
from tests.people import Company, acting, visitor

pytestmark = pytest.mark.django_db


def skip(count: int) -> None:
    """As if so many other cases had been registered meanwhile."""
    with connection.cursor() as cursor:
        sequence = "pg_get_serial_sequence('cases_case', 'id')"
        cursor.execute(f"SELECT setval({sequence}, nextval({sequence}) + %s)", [count])


def opened(matter: str) -> Case:
    return factories.open_complaint(matter=matter)


def test_the_newest_come_first_across_windows(company: Company) -> None:
    old = opened("包裹里的紫砂壶碎了")
    skip(20_000)
    middle = opened("紫砂壶不见了")
    skip(300_000)
    new = opened("紫砂壶的盖子没有了")
    found = queries.search_cases(actor=acting(company.lin), text="紫砂壶")
    assert [case.pk for case in found] == [new.pk, middle.pk, old.pk]


def test_a_full_window_is_enough(company: Company) -> None:
    opened("包裹里的紫砂壶碎了")
    skip(300_000)
    newest = [opened("紫砂壶碎了").pk for _ in range(2)]
    assert find_visible(actor=acting(company.lin), text="紫砂壶", limit=2) == newest[::-1]


def test_one_character_finds_what_begins_with_it(company: Company) -> None:
    case = opened("包裹里的紫砂壶碎了")
    assert queries.search_cases(actor=acting(company.lin), text="紫") == [case]


def test_another_division_finds_nothing(company: Company) -> None:
    opened("包裹里的紫砂壶碎了")
    assert queries.search_cases(actor=acting(company.bai), text="紫砂壶") == []


def test_an_empty_query_finds_nothing(company: Company) -> None:
    opened("包裹里的紫砂壶碎了")
    assert queries.search_cases(actor=acting(company.lin), text="  ") == []


def test_a_place_is_a_team_and_four_windows() -> None:
    assert place_terms(300_000, 7) == ["#t7", "#10:292", "#14:18", "#18:1", "#22:0"]


def test_what_is_said_and_found_out_later_finds_the_case_too(company: Company) -> None:
    case = opened("包裹里的紫砂壶碎了")
    actions.add_customer_evidence(actor=visitor(case.pk), case_id=case.pk, text="底款写着宜兴制", files=[], at=now())
    factories.investigate(company, case)
    for words in ("紫砂壶", "宜兴", "缺的一票就是本件", "按保价全额赔偿"):
        assert queries.search_cases(actor=acting(company.lin), text=words) == [case]
