import time
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bihuan.language import personal_data
from bihuan.language.personal_data import Kind, find, id_check_character, is_id_number, normal_phone, passes_luhn

PHONE, ID, CARD, MAIL = Kind.PHONE, Kind.ID_NUMBER, Kind.BANK_CARD, Kind.EMAIL


def values(text):
    return [(finding.kind, finding.value) for finding in find(text)]


@pytest.mark.parametrize(
    "written",
    [
        "13800001234",
        "138 0000 1234",
        "138-0000-1234",
        "138.0000.1234",
        "138 00001234",
        "1380000 1234",
        "1380 0001 234",
        "１３８００００１２３４",
        "１３８－００００－１２３４",
        "一三八零零零零一二三四",
        "幺三八〇〇〇〇幺二三四",
        "+8613800001234",
        "+86 138 0000 1234",
        "0086-13800001234",
        "86-13800001234",
        "1 3 8 0 0 0 0 1 2 3 4",
        "138·0000·1234",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "请打{}找我", "电话：{}，谢谢", "单号1234，{}，2026-11-23"])
def test_mobiles_are_found_however_they_are_written(written, frame):
    text = frame.format(written)
    (found,) = find(text)
    assert (found.kind, found.value, text[found.start : found.end]) == (PHONE, "13800001234", written)


@pytest.mark.parametrize("text", ["VX13800001234", "13800001234QQ", "2026-11-23 13800001234", "单号1234 138 0000 1234"])
def test_mobiles_beside_letters_and_other_numbers_are_found(text):
    assert values(text) == [(PHONE, "13800001234")]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("010-12345678", "01012345678"),
        ("(010)12345678", "01012345678"),
        ("（010）1234 5678", "01012345678"),
        ("0571-8765432", "05718765432"),
        ("0571 87654321", "057187654321"),
        ("02161234567", "02161234567"),
        ("+86 10 6234 5678", "01062345678"),
        ("010-62345678-801", "01062345678"),
    ],
)
def test_landlines_are_found(written, value):
    assert values(f"座机{written}。") == [(PHONE, value)]


@pytest.mark.parametrize(
    "text",
    [
        "SF1234567890123",
        "773104829156",
        "7731048291561",
        "43112345678901",
        "431123456789012",
        "YT1380000123456",
        "JD13800001234",
        "YH7731 0482 9156",
        "YT1380 0001 234",
        "JDX000123456789",
        "价格139.00-1500.00",
        "400-800-1234",
        "2026-11-23 10:30:00",
        "1380000123456",
        "11380000123",
        "23800001234",
        "订单6222021234567891",
        "110105194912310021",
        "1101051949123100",
        "110105199902300029",
    ],
)
def test_waybills_prices_and_dates_are_left_alone(text):
    assert values(text) == []


@settings(deadline=None)
@given(st.text("0123456789", min_size=13, max_size=15), st.sampled_from(["单号{}", "{}", "SF{}", "查 {} 谢谢"]))
def test_a_waybill_of_13_to_15_digits_is_never_a_phone(number, frame):
    assume(not number.startswith(("00", "86")))
    assert PHONE not in {finding.kind for finding in find(frame.format(number))}


@settings(deadline=None)
@given(
    st.integers(13_000_000_000, 19_999_999_999),
    st.text("快递员 打我的，。", max_size=8),
    st.sampled_from(["", " ", "-"]),
)
def test_any_mobile_in_any_grouping_is_found_with_its_span(number, around, separator):
    digits = str(number)
    written = separator.join([digits[:3], digits[3:7], digits[7:]])
    text = f"{around}找{written}{around}"
    (finding,) = find(text)
    assert (finding.kind, finding.value, text[finding.start : finding.end]) == (PHONE, digits, written)


def test_the_check_character_of_the_published_example_is_x():
    assert id_check_character("11010519491231002") == "X"
    assert is_id_number("11010519491231002X")


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 999), st.integers(110000, 659999))
def test_id_numbers_with_their_check_character_are_found(born, serial, region):
    first = f"{region}{born:%Y%m%d}{serial:03d}"
    number = first + id_check_character(first)
    assert values(f"身份证{number}，谢谢") == [(ID, number)]
    assert values(f"身份证{number.lower()}") == [(ID, number)]
    assert values(f"{number[:6]} {number[6:14]} {number[14:]}") == [(ID, number)]
    wrong = personal_data.ID_CHECK_CHARACTERS[(personal_data.ID_CHECK_CHARACTERS.index(number[-1]) + 1) % 11]
    assert ID not in dict(values(first + wrong))


def test_bank_cards_need_their_luhn_digit():
    assert passes_luhn("4111111111111111") and not passes_luhn("4111111111111112")
    assert values("卡号4111 1111 1111 1111") == [(CARD, "4111111111111111")]
    assert values("卡号4111-1111-1111-1112") == []


@settings(deadline=None)
@given(st.text("0123456789", min_size=13, max_size=16))
def test_union_pay_cards_are_found(rest):
    digits = "62" + rest
    number = next(digits + check for check in "0123456789" if passes_luhn(digits + check))
    assume(not is_id_number(number))
    assert values(f"打到{number}") == [(CARD, number)]


@pytest.mark.parametrize("text", ["写信到zhangsan@a.com谢谢", "ＺhangSan＠a.com", "<ZHANGSAN@A.COM>"])
def test_mail_addresses_are_found_between_han_characters(text):
    assert values(text) == [(MAIL, "zhangsan@a.com")]


def test_several_values_come_in_order_without_overlap():
    text = "13800001234/13900005678，(010)62345678，zhang@a.com，身份证11010519491231002x"
    assert [kind for kind, _ in values(text)] == [PHONE, PHONE, PHONE, MAIL, ID]


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789 -.+Xx@a单(（)）零一"), max_size=80))
def test_findings_of_any_text_are_ordered_spans(text):
    findings = find(text)
    edges = [edge for finding in findings for edge in (finding.start, finding.end)]
    assert edges == sorted(edges) and all(finding.start < finding.end for finding in findings)


@pytest.mark.parametrize("piece", ["1 ", "1", "a", "a.", "@", "a@", "(010)", "零", "138 0000 ", "+86"])
def test_a_hostile_text_costs_no_more_than_its_length(piece):
    def seconds(length):
        started = time.process_time()
        find(piece * (length // len(piece)))
        return time.process_time() - started

    assert seconds(80_000) < 40 * max(seconds(8_000), 0.001)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+86-138 0000 1234", "13800001234"),
        ("8613800001234", "13800001234"),
        ("010-62345678转801", "01062345678"),
        ("１３８　００００　１２３４", "13800001234"),
        ("+86 10 6234 5678", "01062345678"),
        ("没有", ""),
        ("95543", "95543"),
    ],
)
def test_a_written_phone_has_one_normal_form(written, number):
    assert normal_phone(written) == number
