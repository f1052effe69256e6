import time

import pytest

from bihuan.language.personal_data import Kind, find


def addresses(text):
    return [finding.value for finding in find(text) if finding.kind is Kind.ADDRESS]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("镜头请送到浙江省杭州市西湖区文三路18号2单元301室，谢谢", "浙江省杭州市西湖区文三路18号2单元301室"),
        ("我住阳光花园3栋2单元501，快递没到", "阳光花园3栋2单元501"),
        ("收件地址是杭州市西湖区文三路18号，请核对", "杭州市西湖区文三路18号"),
        ("地址：上海市浦东新区世纪大道100弄5号楼1203室", "上海市浦东新区世纪大道100弄5号楼1203室"),
        ("北京市海淀区中关村大街１号２单元３０１室", "北京市海淀区中关村大街１号２单元３０１室"),
        ("我家住长安街12号院3号楼2门401。", "长安街12号院3号楼2门401"),
        ("放在科技园A座12层前台", "科技园A座12层"),
    ],
)
def test_a_door_is_found_from_its_region_to_its_room(text, address):
    assert addresses(text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "文三路18号的网点没人",
        "小区3栋没有人",
        "浦东新区2号线3层",
        "武汉站2号门，汉阳营业部",
        "5月3号下午2楼",
        "装车 214 票，卸车 213 票，缺的一票就是本件。",
        "单号YH773104829156在杭州路5号1件",
        "镜头停在武汉市三天了",
    ],
)
def test_a_place_without_a_door_is_no_address(text):
    assert addresses(text) == []


def test_an_address_and_the_numbers_around_it_stand_apart():
    found = [(it.kind, it.value) for it in find("13800001234，住文三路18号2单元301，身份证11010519491231002X")]
    assert found == [
        (Kind.PHONE, "13800001234"), (Kind.ADDRESS, "文三路18号2单元301"), (Kind.ID_NUMBER, "11010519491231002X"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["路1号" * 4000, "路" + "1号" * 6000, "武汉路" * 4000, "住在路1号2室" * 2000])
def test_the_search_takes_time_in_proportion_to_the_text(text):
    started = time.process_time()
    find(text)
    assert time.process_time() - started < 2
