"""The process tables as pure data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.cases.priority import MATRIX, Impact, Priority, Urgency, prioritize
from bihuan.cases.workflow import (
    STAGES,
    TABLES,
    Kind,
    Level,
    State,
    TransitionRefused,
    Verb,
    allowed_verbs,
    format_number,
    next_level,
    next_state,
    stage_index,
)

kinds = st.sampled_from(list(Kind))
states = st.sampled_from(list(State))
verbs = st.sampled_from(list(Verb))


@given(kinds, states, verbs)
def test_a_verb_outside_the_table_is_refused_and_one_inside_leads_where_it_says(kind, state, verb):
    if (state, verb) in TABLES[kind]:
        assert next_state(kind, state, verb) == TABLES[kind][state, verb]
        assert verb in allowed_verbs(kind, state)
    else:
        with pytest.raises(TransitionRefused) as refusal:
            next_state(kind, state, verb)
        assert refusal.value.code == "transition_refused"


@given(kinds, st.lists(verbs, max_size=40))
def test_no_sequence_of_verbs_leaves_the_states_of_the_process(kind, attempted):
    state, reachable = State.RECEIVED, {State.RECEIVED, *TABLES[kind].values()}
    for verb in attempted:
        if verb in allowed_verbs(kind, state):
            state = next_state(kind, state, verb)
        assert state in reachable


@given(st.lists(verbs, max_size=60))
def test_a_complaint_never_closes_without_a_satisfied_callback(attempted):
    state, last_callback = State.RECEIVED, None
    for verb in attempted:
        if verb not in allowed_verbs(Kind.COMPLAINT, state):
            continue
        state = next_state(Kind.COMPLAINT, state, verb)
        if verb in (Verb.CALL_BACK_SATISFIED, Verb.CALL_BACK_UNSATISFIED):
            last_callback = verb
        if state == State.CLOSED:
            assert last_callback is Verb.CALL_BACK_SATISFIED


@pytest.mark.parametrize("kind", list(Kind))
def test_every_state_of_a_process_has_a_stage_and_a_way_to_the_end(kind):
    reachable = {State.RECEIVED, *TABLES[kind].values()}
    for state in reachable:
        assert 0 <= stage_index(kind, state) < len(STAGES[kind])
        seen, waiting = set(), [state]
        while waiting:
            current = waiting.pop()
            seen.add(current)
            waiting += [
                after for (before, _verb), after in TABLES[kind].items() if before == current and after not in seen
            ]
        assert State.CLOSED in seen


def test_closed_is_the_end():
    assert all(not allowed_verbs(kind, State.CLOSED) for kind in Kind)


@pytest.mark.feature("4.3")
def test_high_impact_and_high_urgency_give_p1_and_name_the_cell():
    reason = prioritize(Impact.HIGH, Urgency.HIGH)
    assert reason.priority is Priority.P1
    assert str(Impact.HIGH.label) in reason.sentence and str(Urgency.HIGH.label) in reason.sentence


def test_more_impact_or_more_urgency_never_lowers_the_priority():
    order = {"HIGH": 0, "MEDIUM": 1, "LOW": 2}
    for (impact, urgency), priority in MATRIX.items():
        for (other_impact, other_urgency), other in MATRIX.items():
            if order[impact] <= order[other_impact] and order[urgency] <= order[other_urgency]:
                assert priority <= other


def test_not_satisfied_climbs_from_team_to_region_to_headquarters_and_stays_there():
    assert [next_level(level) for level in Level] == [Level.REGION, Level.HQ, Level.HQ]


@given(st.sampled_from(["TS", "ZX", "JY"]), st.dates(), st.integers(min_value=1))
def test_a_number_has_a_prefix_a_day_and_six_digits(prefix, day, drawn):
    if day.year < 1000:
        day = day.replace(year=day.year + 1000, day=min(day.day, 28))
    number = format_number(prefix, day, drawn)
    assert number.startswith(f"{prefix}-{day:%Y%m%d}-") and number[-6:].isdigit()
