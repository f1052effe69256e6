"""A tariff is imported whole or not at all, holds from its day on, and gives a quote that explains itself."""

from datetime import date

import pytest

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed
from bihuan.foundation.moment import now
from bihuan.tariffs import actions, queries
from bihuan.tariffs.models import TariffEdition
from bihuan.tariffs.queries import Load
from bihuan.tariffs.tests.workbooks import GOOD, workbook
from tests.people import acting, build_company

KEEPER = Actor.system("tests")
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


def import_book(content, from_on=NOVEMBER, actor=KEEPER):
    return actions.import_tariff(actor=actor, content=content, from_on=from_on, source="t.xlsx", at=now())


def quoted(on=date(2026, 11, 27), service="STANDARD", **load):
    return queries.quote(
        origin="上海", destination="成都", service=service, load=Load(**({"weight_grams": 3000} | load)), on=on
    )


@pytest.mark.django_db
@pytest.mark.feature("3.8")
def test_three_kilos_from_shanghai_to_chengdu():
    import_book(workbook())
    standard = quoted()
    assert standard.bill.total_fen == 13_00 + 2 * 6_00 and standard.days == 3
    assert quoted(service="EXPRESS").bill.total_fen == 23_40 + 2 * 10_80
    assert [line.amount_fen for line in standard.bill.lines] == [None, None, 13_00, 12_00]


@pytest.mark.django_db
def test_each_day_has_the_tariff_that_has_begun():
    import_book(workbook())
    dearer = [GOOD["价格"][0], ["标准", 3, 1, 15, 1, 7], ["特快", 3, 1, 25, 1, 12]]
    import_book(workbook(价格=dearer), from_on=DECEMBER)
    assert quoted(on=date(2026, 11, 30)).bill.total_fen == 25_00
    assert quoted(on=DECEMBER).bill.total_fen == 29_00
    with pytest.raises(queries.TariffMissing):
        quoted(on=date(2026, 10, 31))


@pytest.mark.django_db
def test_every_wrong_row_is_named_and_nothing_is_imported():
    rates = [
        *GOOD["价格"],
        ["慢", 3, 1, 1, 1, 1],
        ["标准", 3, 1, 1, 1, 1],
        ["标准", 4, "一", 1, 1, 1],
        ["标准", 5, 1, 1.005, 1, 1],
    ]
    with pytest.raises(actions.TariffInvalid) as refusal:
        import_book(workbook(价格=rates, 分区=[*GOOD["分区"], ["上海", "西藏", 9, 100, 50]]))
    errors = refusal.value.facts["errors"]
    assert {(error.sheet, error.row) for error in errors} == {
        ("价格", 4), ("价格", 5), ("价格", 6), ("价格", 7), ("价格", 0)
    }  # fmt: skip
    assert all(error.reason for error in errors)
    assert not TariffEdition.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_refused(content):
    with pytest.raises(actions.TariffInvalid):
        import_book(content)


@pytest.mark.django_db
def test_a_missing_sheet_and_a_missing_column_are_named():
    with pytest.raises(actions.TariffInvalid) as refusal:
        import_book(workbook(分区=None, 服务区域=[["省", "市"], ["上海", "上海"]]))
    assert {(error.sheet, error.row) for error in refusal.value.facts["errors"]} == {("分区", 0), ("服务区域", 1)}


@pytest.mark.django_db
def test_an_agent_may_not_change_prices():
    company = build_company()
    with pytest.raises(NotAllowed):
        import_book(workbook(), actor=acting(company.lin))
    assert not TariffEdition.objects.exists()


@pytest.mark.django_db
def test_cities_are_found_as_people_write_them_and_refusals_name_the_field():
    actions.load_sample_tariff(actor=KEEPER, from_on=NOVEMBER, at=now())
    on = date(2026, 11, 27)
    for written in ("成都", "成都市", "四川省成都市", "四川成都", " 成 都 "):
        assert queries.reach(city=written, on=on).province == "四川"
    with pytest.raises(queries.AreaUnknown) as refusal:
        queries.list_quotes(origin="上海", destination="亚特兰蒂斯", load=Load(weight_grams=1), on=on)
    assert refusal.value.field == "destination"
    with pytest.raises(queries.TooHeavy):
        quoted(on=on, weight_grams=50_001)
    with pytest.raises(queries.InsuredTooHigh):
        quoted(on=on, insured_fen=2_000_001)
    with pytest.raises(queries.RouteUnserved):
        queries.list_quotes(origin="三亚", destination="上海", load=Load(weight_grams=1), on=on)


@pytest.mark.django_db
def test_a_place_we_do_not_serve_is_refused():
    import_book(workbook())
    with pytest.raises(queries.RouteUnserved) as refusal:
        queries.list_quotes(origin="上海", destination="甘孜", load=Load(weight_grams=1), on=date(2026, 11, 27))
    assert refusal.value.field == "destination"
