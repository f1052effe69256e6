"""What customers write is varied, fits its columns, and names nobody."""

from datetime import datetime
from random import Random
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.cases.models import Case, CauseCode, WaybillStage
from bihuan.demo.clientele import invent_people
from bihuan.demo.seasons import SHANGHAI
from bihuan.demo.voices import COMPLAINT, CONSULTATION, PERSONAL, SUGGESTION, Scene, Told, tell, with_personal
from bihuan.demo.wordlists import wordlist
from bihuan.language.personal_data import find
from bihuan.organization.models import Function

KINDS = (COMPLAINT, CONSULTATION, SUGGESTION)
AT = datetime(2026, 11, 23, 10, 42, tzinfo=SHANGHAI)
CATEGORIES = {code for code, row in wordlist("complaints").items() if "share" in row}
# What a template may leave open until somebody is addressed.
LATE_SLOTS = {"matter", "agent", "due", "later", "reason", "finding", "solution"}

seeds = st.integers(min_value=0, max_value=2**32)


def told_by(seed: int, kind: str) -> Told:
    rng = Random(seed)
    (person,) = invent_people(rng, 1)
    return tell(Scene(rng, person), kind, AT)


def templates(value: object) -> list[str]:
    """Every text in a table."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in templates(item)]
    return [text for item in value for text in templates(item)] if isinstance(value, list) else []


@settings(max_examples=150, deadline=None)
@given(seed=seeds, kind=st.sampled_from(KINDS))
def test_a_voice_fits_the_columns_of_a_case(seed: int, kind: str) -> None:
    told = told_by(seed, kind)
    for name in ("title", "expected", "happened_when", "happened_where", "involved", "waybill"):
        assert len(getattr(told, name)) <= (Case._meta.get_field(name).max_length or 0)
    assert told.category in CATEGORIES
    assert bool(told.expected) == (kind == COMPLAINT)
    assert told.matter.strip() and told.title.strip()


@settings(max_examples=150, deadline=None)
@given(seed=seeds, kind=st.sampled_from(KINDS))
def test_a_voice_leaves_no_slot_open_and_holds_no_personal_data(seed: int, kind: str) -> None:
    told = told_by(seed, kind)
    for text in (told.matter, told.title, told.expected, told.happened_where, told.involved):
        assert {name for _, name, _, _ in Formatter().parse(text) if name} <= set(PERSONAL)
        assert find(text) == []


@settings(max_examples=50, deadline=None)
@given(seed=seeds, kind=st.sampled_from(KINDS))
def test_the_same_seed_tells_the_same(seed: int, kind: str) -> None:
    assert told_by(seed, kind) == told_by(seed, kind)


def test_a_thousand_complaints_hardly_repeat() -> None:
    texts = {told_by(seed, COMPLAINT).matter for seed in range(1_000)}
    assert len(texts) > 900


@pytest.mark.parametrize("table", ["complaints", "consultations", "suggestions", "replies"])
def test_every_template_finds_its_slots(table: str) -> None:
    rng = Random(3)
    scene = Scene(rng, invent_people(rng, 1)[0])
    known = {*scene.slots, *LATE_SLOTS, "date", "clock"}
    for text in templates(wordlist(table)):
        assert {name for _, name, _, _ in Formatter().parse(text) if name is not None} <= known, text


def test_outcomes_name_known_causes_and_stages() -> None:
    outcomes = [
        outcome
        for row in wordlist("complaints").values()
        for incident in row.get("incidents", ())
        for outcome in incident["outcomes"]
    ]
    assert outcomes
    assert all(cause in CauseCode and stage in WaybillStage for cause, stage, _finding, _solution in outcomes)


def test_every_category_has_evidence_and_suggestions_name_departments() -> None:
    assert set(wordlist("replies")["evidence"]) == CATEGORIES
    assert all(topic["function"] in Function for topic in wordlist("suggestions")["topic"])


@pytest.mark.parametrize("table", ["complaints", "consultations", "suggestions"])
def test_shares_add_up(table: str) -> None:
    words = wordlist(table)
    rows = words.get("topic") or [row for row in words.values() if "share" in row]
    assert sum(row["share"] for row in rows) == pytest.approx(1, abs=0.03)


def test_personal_data_is_put_in_by_whoever_sends() -> None:
    values = {"phone": "13800001234", "name": "赵德明", "address": "杭州"}
    assert with_personal("收件人{name}，电话{phone}。", values) == "收件人赵德明，电话13800001234。"
