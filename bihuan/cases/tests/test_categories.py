"""Categories are kept in the process, and a change shows at once."""

import pytest
from django.db import connection, transaction

from bihuan.cases.models import Category, categories_by_id, categories_in_use
from bihuan.foundation.kept import kept_while, read_stamps, stamps_held

pytestmark = pytest.mark.django_db


def test_a_second_look_costs_one_small_query(django_assert_num_queries):
    categories_in_use()
    with django_assert_num_queries(1):
        assert categories_in_use()["LOSS"].code == "LOSS"


def test_an_action_that_holds_the_stamps_reads_them_once(django_assert_num_queries):
    categories_in_use(), categories_by_id()
    with django_assert_num_queries(1), stamps_held():
        categories_in_use()
        categories_by_id()


@pytest.mark.parametrize("way", ["orm", "bulk", "sql"])
def test_a_change_shows_at_once_whatever_way_it_came(way):
    assert categories_in_use()["LOSS"].name != "不见了"
    found = Category.objects.filter(code="LOSS")
    if way == "orm":
        category = found.get()
        category.name = "不见了"
        category.save()
    elif way == "bulk":
        found.update(name="不见了")
    else:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_category SET name = '不见了' WHERE code = 'LOSS'")
    assert categories_in_use()["LOSS"].name == "不见了"


def test_a_change_that_was_rolled_back_leaves_no_trace():
    before = categories_in_use()["LOSS"].name
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Category.objects.update(name="谁都一样")
        assert categories_in_use()["LOSS"].name == "谁都一样"
        raise ZeroDivisionError
    assert categories_in_use()["LOSS"].name == before
    Category.objects.filter(code="LOSS").update(name="另一个")
    assert categories_in_use()["LOSS"].name == "另一个"


def test_a_retired_category_is_known_but_not_offered(django_assert_num_queries):
    category = categories_in_use()["LOSS"]
    Category.objects.filter(pk=category.pk).update(retired_on="2026-11-01")
    assert "LOSS" not in categories_in_use() and categories_by_id()[category.pk].code == "LOSS"


def test_a_table_without_a_stamp_keeps_nothing():
    calls = []

    @kept_while("auth_nothing")
    def look_up(number: int) -> int:
        calls.append(number)
        return number

    assert "auth_nothing" not in read_stamps()
    assert [look_up(1), look_up(1)] == [1, 1] and calls == [1, 1]
