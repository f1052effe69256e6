"""``bihuan calendar`` as an administrator uses it."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bihuan.calendar.queries import work_calendar

pytestmark = pytest.mark.django_db


def call(*arguments: str) -> str:
    output = StringIO()
    call_command("calendar", *arguments, stdout=output, stderr=StringIO())
    return output.getvalue()


def test_importing_a_year_tells_the_new_coverage(tmp_path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text("日期,类型,名称,班次\n2027-01-01,放假,元旦,\n", encoding="utf-8")
    told = call("import", str(file), "--year", "2027")
    assert "2027-12-31" in told
    assert not work_calendar("OFFICE").is_workday(date(2027, 1, 1))


def test_a_table_with_bad_rows_is_refused_whole_and_leaves_an_error_file(tmp_path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text("日期,类型,名称,班次\n2027-01-01,放假,元旦,\n2027-02-30,放假,春节,\n", encoding="gb18030")
    with pytest.raises(CommandError, match="1 行不能导入"):
        call("import", str(file), "--year", "2027")
    assert work_calendar("OFFICE").covered_until == date(2026, 12, 31)
    errors = (tmp_path / "2027.errors.csv").read_text(encoding="utf-8-sig")
    assert "2027-02-30" in errors
    assert "没有" in errors


def test_a_missing_file_is_named() -> None:
    with pytest.raises(CommandError, match="nowhere"):
        call("import", "/nowhere.csv")


def test_loading_a_year_that_is_not_published_is_refused() -> None:
    with pytest.raises(CommandError, match="2099"):
        call("load-china", "2099")


def test_hours_are_set_for_the_week() -> None:
    call("hours", *["08:00-20:00"] * 6, "-", "--calendar", "SERVICE")
    assert not work_calendar("SERVICE").is_workday(date(2026, 11, 22))
    with pytest.raises(CommandError):
        call("hours", *["20:00-08:00"] * 7, "--calendar", "SERVICE")


def test_status_lists_every_calendar_with_its_coverage() -> None:
    told = call("status")
    assert "2026-12-31" in told
    assert "ALWAYS" in told
