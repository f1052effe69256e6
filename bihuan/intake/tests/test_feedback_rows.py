"""CSV files of any origin, read without a database."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.intake import feedback_rows
from bihuan.intake.feedback_rows import (
    FeedbackFile,
    FeedbackMapping,
    FeedbackRow,
    FileUnreadable,
    RefusedRow,
    RowProblem,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
PLAIN = FeedbackMapping(columns={"text": "review"})


def written(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "feedback.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def rows(path: Path, mapping: FeedbackMapping = PLAIN) -> list[FeedbackRow | RefusedRow]:
    return list(FeedbackFile.open(path).rows(mapping, SHANGHAI))


def texts(path: Path) -> list[str]:
    return [row.text if isinstance(row, FeedbackRow) else row.problem for row in rows(path)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_every_encoding_and_line_end_gives_the_same_rows(tmp_path, encoding, found, line_end):
    content = line_end.join(["label,review", "1,送得很快", '0,"慢,而且', '外箱破了"', "1,好"]) + line_end
    path = written(tmp_path, content, encoding)
    assert FeedbackFile.open(path).encoding == found
    assert [text.split() for text in texts(path)] == [["送得很快"], ["慢,而且", "外箱破了"], ["好"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(tmp_path, delimiter):
    path = written(tmp_path, f"label{delimiter}review\n1{delimiter}好\n")
    assert FeedbackFile.open(path).delimiter == delimiter and texts(path) == ["好"]


def test_quotes_and_commas_stand_for_themselves(tmp_path):
    assert texts(written(tmp_path, 'review\n"他说""好"",走了"\n')) == ['他说"好",走了']


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("1,  ", RowProblem.EMPTY_TEXT),
        ("1", RowProblem.WRONG_COLUMNS),
        ("1,a,b", RowProblem.WRONG_COLUMNS),
        ("1," + "好" * 20_001, RowProblem.TEXT_TOO_LONG),
    ],
)
def test_a_bad_row_is_named_and_the_next_one_is_read(tmp_path, line, problem):
    found = rows(written(tmp_path, f"label,review\n{line}\n1,好\n"))
    assert (found[0].number, found[0].problem) == (1, problem)
    assert found[1].text == "好" and found[1].number == 2


def test_a_missing_quote_costs_what_it_swallows_and_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(feedback_rows, "CELL_CHARS", 2000)
    swallowed = "".join(f"1,第{number}行\n" for number in range(600))
    found = rows(written(tmp_path, f'label,review\n1,"开头没有收尾\n{swallowed}1,"好"\n'))
    assert found[0].problem == RowProblem.UNREADABLE
    assert isinstance(found[-1], FeedbackRow) and len(found) > 100


def test_empty_lines_are_no_rows(tmp_path):
    assert texts(written(tmp_path, "review\n\n好\n\n\n快\n")) == ["好", "快"]


def test_fields_are_mapped_and_kinds_come_from_a_column(tmp_path):
    mapping = FeedbackMapping(
        columns={"text": "评价", "name": "姓名", "phone": "电话", "email": "邮箱", "at": "时间", "waybill": "单号"},
        kind_column="分",
        kinds={"0": "COMPLAINT", "1": "CONSULTATION"},
    )
    heading, cells = "分,评价,姓名,电话,邮箱,时间,单号", "0,慢,赵敏,138 0000 1234,z@mail.example,2026/1/5 9:30,SF1"
    (row,) = rows(written(tmp_path, f"{heading}\n{cells}\n", "gbk"), mapping)
    assert (row.kind, row.text, row.name, row.phone, row.waybill) == ("COMPLAINT", "慢", "赵敏", "138 0000 1234", "SF1")
    assert row.at == datetime(2026, 1, 5, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("at", "昨天", RowProblem.BAD_TIME),
        ("at", "2026-13-01", RowProblem.BAD_TIME),
        ("phone", "12", RowProblem.BAD_PHONE),
        ("email", "nobody", RowProblem.BAD_EMAIL),
    ],
)
def test_a_value_of_the_wrong_form_refuses_the_row(tmp_path, field, value, problem):
    mapping = FeedbackMapping(columns={"text": "review", field: "x"})
    assert rows(written(tmp_path, f"review,x\n好,{value}\n"), mapping)[0].problem == problem


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-01-05 09:30", datetime(2026, 1, 5, 9, 30, tzinfo=SHANGHAI)),
        ("2026年1月5日", datetime(2026, 1, 5, tzinfo=SHANGHAI)),
        ("2026年1月5日 9:30", datetime(2026, 1, 5, 9, 30, tzinfo=SHANGHAI)),
        ("2026-01-05T01:30:00Z", datetime(2026, 1, 5, 1, 30, tzinfo=UTC)),
        ("2026-01-05T01:30:00+02:00", datetime(2026, 1, 4, 23, 30, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_tables_write_them(tmp_path, value, moment):
    mapping = FeedbackMapping(columns={"text": "review", "at": "x"})
    assert rows(written(tmp_path, f"review,x\n好,{value}\n"), mapping)[0].at == moment


def test_a_kind_that_no_value_names_refuses_the_row(tmp_path):
    mapping = FeedbackMapping(columns={"text": "review"}, kind_column="label", kinds={"0": "COMPLAINT"})
    found = rows(written(tmp_path, "label,review\n0,慢\n7,好\n"), mapping)
    assert found[0].kind == "COMPLAINT" and found[1].problem == RowProblem.UNKNOWN_KIND


def test_equal_rows_are_different_rows_and_keep_their_identities(tmp_path):
    path = written(tmp_path, "review\n好\n好\n快\n好\n")
    identities = [row.identity for row in rows(path)]
    assert len(set(identities)) == 4
    assert identities == [row.identity for row in rows(path)]


def test_a_row_with_an_id_is_known_by_it(tmp_path):
    mapping = FeedbackMapping(columns={"text": "review", "id": "no"})
    known, unnamed = rows(written(tmp_path, "no,review\nA1,好\n,好\n"), mapping)
    assert known.identity == "id:A1" and unnamed.identity.endswith(":0")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xff\x80\x80\n"])
def test_a_file_without_heading_or_text_is_refused(tmp_path, content):
    with pytest.raises(FileUnreadable):
        FeedbackFile.open(written(tmp_path, content))


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(FileUnreadable, match="review"):
        rows(written(tmp_path, "text\n好\n"))


@pytest.mark.parametrize("wrong", [{"columns": {}}, {"columns": {"text": "a", "age": "b"}}])
def test_a_mapping_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="fields"):
        FeedbackMapping(**wrong)
    with pytest.raises(ValueError, match="kinds"):
        FeedbackMapping(columns={"text": "a"}, kind="RANT")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(tmp_path, noise):
    try:
        found = rows(written(tmp_path, b"review,x\n" + noise), FeedbackMapping(columns={"text": "review", "at": "x"}))
    except FileUnreadable:
        return
    assert [row.number for row in found] == list(range(1, len(found) + 1))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip), max_size=8)
)
def test_what_is_written_as_csv_is_read_back(tmp_path, written_texts):
    quoted = "".join('1,"' + text.replace('"', '""') + '"\n' for text in written_texts)
    assert texts(written(tmp_path, "label,review\n" + quoted)) == [text.strip() for text in written_texts]
