"""What is loaded by COPY looks to the product like what its own actions stored."""

from collections.abc import Callable
from random import Random

import pytest
from django.db import connection

from bihuan.bench.clientele import phone_of
from bihuan.bench.copying import built_afterwards, line
from bihuan.bench.filling import fill
from bihuan.bench.logins import people_of
from bihuan.bench.shapes import DIVISION_SHARES
from bihuan.bench.voices import invent_voices
from bihuan.cases import queries
from bihuan.cases.models import Case
from bihuan.customers.queries import find_by_phone
from bihuan.demo.company import Company
from bihuan.foundation.actor import Actor, Via
from bihuan.foundation.moment import now
from bihuan.organization.queries import actor_for

DEFINITIONS = """
    SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'cases_case'::regclass
    UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'cases_case'::regclass
"""
CASES = 2_000


def silent(what: str, done: int, total: int) -> None:
    """Nobody watches a test."""


@pytest.fixture
def loaded(db: None) -> Company:
    return fill(cases=CASES, customers=500, at=now(), progress=silent)


@pytest.fixture
def actor_of(loaded: Company) -> Callable[[str], Actor]:
    people = people_of(loaded)
    return lambda name: actor_for(people[name], at=now(), via=Via.WEB)


def definitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(DEFINITIONS)
        return {definition for (definition,) in cursor.fetchall()}


def test_indexes_and_keys_are_the_same_after_loading(db: None) -> None:
    before = definitions()
    with built_afterwards("cases_case"):
        assert len(definitions()) < len(before)
    assert definitions() == before


def test_loaded_cases_are_listed_shown_and_found(loaded: Company, actor_of: Callable[[str], Actor]) -> None:
    director = actor_of("director")
    page = queries.list_cases(actor=director, wanted=queries.CaseFilter(), limit=20)
    assert [case.pk for case in page.items] == list(range(CASES, CASES - 20, -1))
    case = queries.get_case(actor=director, number=page.items[0].number)
    assert [event.code for event in queries.timeline(case)] == ["case.opened"]
    assert queries.timeline(case)[0].words
    found = queries.search_cases(actor=director, text="快件")
    assert found == sorted(found, key=lambda case: case.pk, reverse=True)
    assert len(found) > 20


def test_units_are_skewed_and_rights_hold(loaded: Company, actor_of: Callable[[str], Actor]) -> None:
    small = actor_of("small_agent")
    visible = Case.objects.visible_to(small).count()
    assert 0 < visible < CASES * DIVISION_SHARES[-1]
    teams = {case.team_id for case in queries.search_cases(actor=small, text="建议")}
    assert teams <= small.units({"AGENT"})


def test_a_loaded_customer_is_found_by_phone(loaded: Company, actor_of: Callable[[str], Actor]) -> None:
    found = find_by_phone(actor_of("agent"), phone_of(321), at=now())
    assert found is not None
    assert found.pk == 321


def test_voices_hold_no_place_for_personal_data() -> None:
    voices = invent_voices(Random(3), 60, now())
    assert len(voices) == 60
    assert not any("{" in voice.title + voice.matter + voice.expected for voice in voices)


def test_a_line_keeps_its_columns_apart() -> None:
    assert line(["a\tb", None, "c\\d\n", 7]) == "a b\t\\N\tc\\\\d \t7\n"
