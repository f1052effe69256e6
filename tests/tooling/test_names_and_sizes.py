"""The checks refuse what style forbids and leave the rest alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from checks import names, sizes, source

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a file of a small project of its own and returns its path."""
    monkeypatch.setattr(source, "ROOT", tmp_path)
    monkeypatch.setattr(source, "PACKAGE", tmp_path / "bihuan")

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


ACTIONS = "bihuan/cases/actions.py"
VIEWS = "bihuan/cases/views.py"
EVENTS = "bihuan/cases/events.py"
ENTRY = '@entry("case.assigned", subject="case")\n@dataclass(frozen=True, kw_only=True)\nclass CaseAssigned: ...\n'

REFUSED = [
    (names.file_has_a_noun, "bihuan/cases/helpers.py", "", "says nothing"),
    (names.file_has_a_noun, "bihuan/utils/text.py", "", "says nothing"),
    (names.actions_are_verbs, ACTIONS, "def closing(*, actor): ...", "verb_noun"),
    (names.actions_are_verbs, ACTIONS, "def close_case(actor, case_id): ...", "keyword-only"),
    (names.uses_are_explained, ACTIONS, "def close_case(*, actor): ...", "in one line"),
    (names.events_are_past, EVENTS, ENTRY.replace("CaseAssigned", "AssignCase"), "past tense"),
    (names.events_are_past, EVENTS, ENTRY.replace("case.assigned", "CASE_ASSIGNED"), "dotted"),
    (names.events_are_past, EVENTS, ENTRY.replace("frozen=True, ", ""), "frozen"),
    (names.codes_are_snake_case, ACTIONS, 'class CaseClosed(Refusal):\n    code = "Case-Closed"', "snake_case"),
    (names.edges_fetch_through_access, VIEWS, "Case.objects.get(pk=1)", "access_*"),
    (names.edges_fetch_through_access, VIEWS, "get_object_or_404(Case, pk=1)", "access_*"),
    (names.clock_is_read_at_edges, ACTIONS, "at = timezone.now()", "'at'"),
    (names.clock_is_read_at_edges, "bihuan/cases/workflow.py", "datetime.now(UTC)", "'at'"),
    (names.no_hidden_behaviour, "bihuan/cases/models.py", "class C:\n    def save(self): ...", "save magic"),
    (names.no_hidden_behaviour, ACTIONS, "from django.db.models.signals import post_save", "signals"),
    (names.imports_stand_on_top, ACTIONS, "def f():\n    from bihuan.web import x", "hides a cycle"),
    (names.tests_are_sentences, "bihuan/cases/tests/test_close.py", "def test_close(): ...", "sentence"),
    (names.tests_do_not_sleep, "bihuan/cases/tests/test_close.py", "time.sleep(1)", "wait for the thing"),
]


@pytest.mark.parametrize(("rule", "name", "text", "cure"), REFUSED)
def test_each_rule_refuses_with_a_cure(write: Write, rule: names.Rule, name: str, text: str, cure: str) -> None:
    [(_line, told)] = list(rule(write(name, text)))
    assert cure in told


ACCEPTED = [
    (names.actions_are_verbs, ACTIONS, "def close_case(*, actor, at): ..."),
    (names.actions_are_verbs, ACTIONS, "def _step(case): ...\ndef next_number(case): ..."),
    (names.actions_are_verbs, "bihuan/journal/actions.py", "def write(actor, entry, *, at): ..."),
    (names.events_are_past, EVENTS, ENTRY),
    (names.clock_is_read_at_edges, VIEWS, "at = moment.now()"),
    (names.clock_is_read_at_edges, ACTIONS, "day = timezone.localdate(at)"),
    (names.edges_fetch_through_access, ACTIONS, "Case.objects.get(pk=1)"),
    (names.edges_fetch_through_access, "bihuan/cases/consumers.py", "Case.objects.filter(pk=1)"),
    (names.imports_stand_on_top, "bihuan/cases/apps.py", "def ready():\n    from bihuan.cases import consumers"),
]


@pytest.mark.parametrize(("rule", "name", "text"), ACCEPTED)
def test_no_rule_refuses_the_house_style(write: Write, rule: names.Rule, name: str, text: str) -> None:
    assert list(rule(write(name, text))) == []


def test_stored_choices_are_those_a_model_names(write: Write) -> None:
    path = write("bihuan/cases/models.py", "class Case:\n    state = CharField(choices=State.choices)\n")
    assert names.stored_choices_in([path]) == {"State"}
    assert names.stored_choices_in([write("bihuan/cases/workflow.py", "class Verb(TextChoices): ...")]) == set()


def measured(path: Path, unit: str) -> int:
    [function] = source.functions(path)
    return next(m.size for m in sizes.measures_of_function(path, function) if m.unit == unit)


def test_an_elif_stands_on_the_level_of_its_if(write: Write) -> None:
    text = "def f(a):\n    if a:\n        pass\n    elif a > 1:\n        for b in a:\n            pass\n"
    assert measured(write("bihuan/cases/a.py", text), "levels of nesting") == 2


def test_blocks_in_except_and_case_count_as_inside(write: Write) -> None:
    text = "def f(a):\n  try:\n    pass\n  except E:\n    match a:\n      case 1:\n        if a: pass\n"
    assert measured(write("bihuan/cases/a.py", text), "levels of nesting") == 3


def test_self_is_no_parameter_that_a_caller_passes(write: Write) -> None:
    text = "class C:\n    def f(self, a, /, b, *, c, **rest): ...\n"
    assert measured(write("bihuan/cases/a.py", text), "parameters") == 3


def test_the_docstring_is_not_part_of_a_view_body(write: Write) -> None:
    text = 'def page(request):\n    """What it shows."""\n    a = 1\n    return a\n'
    assert measured(write(VIEWS, text), "lines in a view body") == 2


def test_an_exception_that_is_no_longer_needed_is_refused() -> None:
    told = [finding.text for finding in sizes.stale_exceptions({"bihuan/a.py::a.py": 410}, over={})]
    assert any("remove it" in text for text in told)


def test_an_exception_the_last_commit_did_not_have_is_refused() -> None:
    told = [finding.text for finding in sizes.stale_exceptions({"bihuan/a.py::a.py": 410}, {"bihuan/a.py::a.py": 410})]
    assert any("split the code instead" in text for text in told)
