"""Numbers as people write them, the carriers they hint at, and the check digit of UPU S10."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.carriers.numbers import (
    Carrier,
    WaybillNumberInvalid,
    WaybillNumberScientific,
    normalize,
    recognize,
    s10_check_digit,
)

SERIALS = st.text(string.digits, min_size=8, max_size=8)
# Without JD: there a dash tells, 「JD0123456789-1-1」 is the first of one parcel and not fourteen characters in a row.
NUMBERS = st.builds(
    lambda head, digits: head + digits,
    st.sampled_from(["", "YH", "SF", "YT", "JT"]),
    st.text(string.digits, min_size=10, max_size=15),
)
NOISE = st.sampled_from([" ", "-", "　", "－", "—", "\u200b", "\t"])


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (" yh7731 0482 9156 ", "YH773104829156"),
        ("ＹＨ７７３１０４８２９１５６", "YH773104829156"),
        ("SF-1234-5678-9012-3", "SF1234567890123"),
        ("JDVA01234567890-1-1-", "JDVA01234567890-1-1-"),
        ("jd0123456789－1－1－", "JD0123456789-1-1-"),
        ("\ufeff7731\u200b04829156", "773104829156"),
    ],
)
def test_a_number_has_one_form(written, number):
    assert normalize(written) == number


@pytest.mark.parametrize("written", ["7.73104829156E+11", "7.73E11", "7,73e+11", "1E+12", "７．７３Ｅ＋１１"])
def test_scientific_notation_is_refused_with_a_reason(written):
    with pytest.raises(WaybillNumberScientific) as refusal:
        normalize(written)
    assert "科学计数" in str(refusal.value)


@pytest.mark.parametrize(
    "written", ["", "   ", "12345", "你好", "YH77#3104829156", "A" * 33, "ABCDEFGH", "773104829156.0"]
)
def test_what_no_carrier_would_print_is_refused(written):
    with pytest.raises(WaybillNumberInvalid):
        normalize(written)


@pytest.mark.parametrize(
    ("serial", "digit"),
    [("47312482", 9), ("26399951", 3), ("00000000", 5), ("12345678", 5), ("80304900", 0), ("07153769", 3)],
)
def test_the_check_digit_of_s10_follows_the_published_examples(serial, digit):
    assert s10_check_digit(serial) == digit


@pytest.mark.parametrize("number", ["RN803049000RO", "TQ071537693GB", "em263999513jp"])
def test_a_right_check_digit_proves_a_postal_number(number):
    found = recognize(number)
    assert found.carriers == (Carrier.EMS,) and found.is_proved


def test_a_wrong_check_digit_says_so_and_names_nobody():
    found = recognize("RN803049001RO")
    assert found.is_mistyped and found.carriers == () and found.carrier is Carrier.OTHER


@pytest.mark.parametrize(
    ("number", "carriers"),
    [
        ("YH773104829156", [Carrier.HOUSE]),
        ("SF1234567890123", [Carrier.SF]),
        ("JDVA01234567890", [Carrier.JD]),
        ("YT1234567890123", [Carrier.YTO]),
        ("YT1234567890123456", [Carrier.YUNEXPRESS]),
        ("JT1234567890123", [Carrier.JT]),
        ("DPK123456789012", [Carrier.DEPPON]),
        ("7712345678901", [Carrier.STO, Carrier.ZTO, Carrier.YUNDA]),
        ("75123456789012", [Carrier.ZTO, Carrier.YUNDA]),
        ("4312345678901", [Carrier.YUNDA]),
        ("9912345678901", [Carrier.EMS, Carrier.YUNDA]),
        ("1012345678901", [Carrier.EMS, Carrier.YUNDA]),
        ("123456789012", [Carrier.SF]),
        ("XX123456", []),
    ],
)
def test_every_carrier_a_number_may_belong_to_is_named_the_likeliest_first(number, carriers):
    assert list(recognize(number).carriers) == carriers


@given(NUMBERS, st.lists(st.tuples(st.integers(0, 20), NOISE), max_size=6))
def test_spaces_dashes_and_width_never_matter(number, noise):
    written = number.lower()
    for position, mark in noise:
        written = written[:position] + mark + written[position:]
    assert normalize(written) == number == normalize(normalize(written))


def test_a_dash_tells_in_a_parcel_number_of_jd_and_a_space_does_not():
    assert normalize("jd 0123 4567 89-123 -45") == "JD0123456789-123-45"
    assert normalize("jd 0123 4567 8912 345") == "JD012345678912345"


@given(SERIALS, st.integers(1, 9))
def test_one_wrong_digit_never_passes_the_check(serial, shift):
    """A single wrong digit changes the weighted sum by no multiple of 11, since no weight shares a factor with 11.

    10 and 11 share their written form with other remainders, so the last digit alone is exempt from the proof.
    """
    digit = s10_check_digit(serial)
    wrong = str((int(serial[0]) + shift) % 10) + serial[1:]
    remainders = [
        sum(w * int(d) for w, d in zip((8, 6, 4, 2, 3, 5, 9, 7), s, strict=True)) % 11 for s in (serial, wrong)
    ]
    assert remainders[0] != remainders[1]
    assert recognize(f"RN{serial}{digit}CN").is_proved


@given(st.text(max_size=40))
def test_any_text_gives_a_number_or_a_refusal_with_a_code(text):
    try:
        assert normalize(normalize(text)) == normalize(text)
    except (WaybillNumberInvalid, WaybillNumberScientific) as refusal:
        assert refusal.field == "waybill"
