"""The bill is reckoned from its parts, and its lines add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.tariffs.pricing import Load, Rate, Terms, insurance_fen, reckon, steps_beyond, volumetric_grams

RATE = Rate(first_grams=1000, first_fen=1300, step_grams=1000, step_fen=600)
TERMS = Terms()
LOADS = st.builds(
    Load,
    weight_grams=st.integers(1, 50_000),
    length_cm=st.integers(0, 150),
    width_cm=st.integers(0, 150),
    height_cm=st.integers(0, 150),
    insured_fen=st.integers(0, 2_000_000),
)


@pytest.mark.parametrize(
    ("load", "fen"),
    [
        (Load(weight_grams=3000), 1300 + 2 * 600),
        (Load(weight_grams=3001), 1300 + 3 * 600),
        (Load(weight_grams=200), 1300),
        (Load(weight_grams=3000, length_cm=40, width_cm=30, height_cm=20), 1300 + 3 * 600),
        (Load(weight_grams=3000, insured_fen=2000_00), 1300 + 2 * 600 + 1000),
        (Load(weight_grams=3000, insured_fen=50_00), 1300 + 2 * 600 + 100),
    ],
)
def test_freight_is_first_weight_and_steps_and_insurance(load, fen):
    assert reckon(load, RATE, TERMS).total_fen == fen


def test_volumetric_weight_needs_all_three_sides():
    assert volumetric_grams(Load(weight_grams=1, length_cm=40, width_cm=30, height_cm=20), 6000) == 4000
    assert volumetric_grams(Load(weight_grams=1, length_cm=40, width_cm=30), 6000) == 0


def test_nothing_insured_costs_nothing():
    assert insurance_fen(0, TERMS) == 0


@given(LOADS, st.integers(0, 5000))
def test_the_lines_add_up_to_the_total(load, surcharge):
    bill = reckon(load, RATE, TERMS, surcharge)
    assert bill.total_fen == sum(line.amount_fen for line in bill.lines if line.amount_fen is not None)
    assert bill.total_fen == (
        RATE.first_fen + steps_beyond(bill.billed_grams, RATE) * RATE.step_fen + surcharge
        + insurance_fen(load.insured_fen, TERMS)
    )  # fmt: skip


@given(LOADS, st.integers(1, 5000))
def test_a_heavier_parcel_never_costs_less(load, more):
    heavier = Load(
        weight_grams=load.weight_grams + more,
        length_cm=load.length_cm,
        width_cm=load.width_cm,
        height_cm=load.height_cm,
        insured_fen=load.insured_fen,
    )
    assert reckon(heavier, RATE, TERMS).total_fen >= reckon(load, RATE, TERMS).total_fen


@given(st.integers(1, 100_000))
def test_steps_cover_the_weight_and_no_step_is_empty(grams):
    steps = steps_beyond(grams, RATE)
    assert RATE.first_grams + steps * RATE.step_grams >= grams
    assert steps == 0 or RATE.first_grams + (steps - 1) * RATE.step_grams < grams
