import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.customers.masking import (
    Grade,
    mask,
    mask_address,
    mask_company,
    mask_email,
    mask_name,
    mask_phone,
    region_of,
)

HOME = "北京市海淀区中关村大街1号2单元301室"


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("NAME", "王芳", "王*"),
        ("NAME", "张三丰", "张**"),
        ("NAME", "欧阳娜娜", "欧阳**"),
        ("NAME", "爱新觉罗", "爱***"),
        ("NAME", "买买提·吐尔逊", "买**·***"),
        ("PHONE", "13800001234", "138******34"),
        ("PHONE", "01012345678", "010-******78"),
        ("PHONE", "05718765432", "0571-******2"),
        ("ID_NUMBER", "11010519491231002X", "110*************2X"),
        ("ADDRESS", HOME, "北京市海淀区中关村大街***"),
        ("BANK_CARD", "6222020000001234", "6222********1234"),
        ("EMAIL", "zhangsan@a.com", "z***@a.com"),
    ],
)
def test_screen_masks_are_those_of_the_domain_table(kind, value, masked):
    assert mask(kind, value) == masked


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("NAME", "王芳", "王*"),
        ("PHONE", "13800001234", "138******34"),
        ("PHONE", "01012345678", "010-******78"),
        ("ADDRESS", HOME, "北京市海淀区中关村大街1号***"),
        ("ADDRESS", "上海市浦东新区张江镇碧波路5弄3号楼201室", "上海市浦东新区张江镇碧波路5弄***"),
        ("ID_NUMBER", "11010519491231002X", "*" * 18),
        ("BANK_CARD", "6222020000001234", "*" * 16),
        ("EMAIL", "zhangsan@a.com", "z***@a.com"),
    ],
)
def test_waybill_masks_hide_what_the_standard_names(kind, value, masked):
    assert mask(kind, value, Grade.WAYBILL) == masked


@settings(deadline=None)
@given(st.text("0123456789", min_size=1, max_size=15), st.sampled_from(list(Grade)))
def test_a_phone_hides_six_digits_or_all(digits, grade):
    hidden = mask_phone(digits, grade).count("*")
    assert hidden >= min(6, len(digits))


@settings(deadline=None)
@given(st.text("王李欧阳娜买提·. 张abcA", max_size=8))
def test_a_name_shows_no_more_than_its_beginning(name):
    masked = mask_name(name)
    assert len(masked) == len(name.strip())
    shown = [character for character in masked if character not in "*·. "]
    assert len(shown) <= 2 and (len(shown) < len(name.strip()) or not name.strip(" ·."))


@pytest.mark.parametrize(
    ("address", "region", "masked"),
    [
        ("浙江省杭州市余杭区文一西路969号", "浙江省杭州市余杭区", "浙江省杭州市余杭区文一西路***"),
        ("杭州市余杭区 仓前街道 良睦路1288号", "杭州市余杭区", "杭州市余杭区仓前街道***"),
        ("湖北省恩施自治州恩施市舞阳坝街道9号", "湖北省恩施自治州恩施市", "湖北省恩施自治州恩施市舞阳坝街道***"),
        ("西藏自治区拉萨市城关区大学西街235号", "西藏自治区拉萨市城关区", "西藏自治区拉萨市城关区大学西街***"),
        ("广东省广州市天河区", "广东省广州市天河区", "广东省广州市天河区***"),
        ("301室", "", "***"),
        ("武汉汉阳王家湾", "", "***"),
    ],
)  # fmt: skip
def test_addresses_show_the_street_at_most(address, region, masked):
    assert region_of(address) == region
    assert mask_address(address) == masked


@settings(deadline=None)
@given(st.text(max_size=40))
def test_a_screen_address_never_shows_a_digit(text):
    assert not any(character.isdecimal() for character in mask_address(text))


@pytest.mark.parametrize(
    ("address", "masked"),
    [("z@a.com", "***@a.com"), ("zh@a.com", "z***@a.com"), ("broken", "***"), ("@a.com", "***@a.com")],
)
def test_short_and_broken_mail_addresses_show_less(address, masked):
    assert mask_email(address) == masked


def test_a_company_keeps_two_characters():
    assert mask_company("远禾科技有限公司") == "远禾***"
    assert mask_company("远禾") == "远*"
