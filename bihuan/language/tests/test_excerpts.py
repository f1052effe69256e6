"""An excerpt shows why a text was found, and marking never changes the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.language.excerpts import Piece, excerpt, mark

LONG = (
    "我在平台买了一台相机，付了运费险，等了整整三天，物流一直停在武汉。" * 2
    + "快递员说不归他管，电话也不接。"
    + "请尽快处理。" * 8
)


def shown(pieces: list[Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("快递员不接电话", "快递员", "[快递员]不接电话"),
        ("快遞員不接電話", "快递员", "[快遞員]不接電話"),
        ("运单ＹＨ7731停在武汉", "yh7731", "运单[ＹＨ7731]停在武汉"),
        ("没有这些字", "相机", "没有这些字"),
        ("", "相机", ""),
    ],
)
def test_what_was_asked_for_is_marked(text, query, marked):
    assert shown(mark(text, query)) == marked


def test_an_excerpt_begins_shortly_before_the_first_hit():
    pieces = excerpt(LONG, "快递员")
    assert [piece.text for piece in pieces if piece.is_hit] == ["快递员"]
    words = "".join(piece.text for piece in pieces)
    assert words.startswith("…") and words.endswith("…") and len(words) == 62


def test_a_text_without_a_hit_shows_its_beginning():
    assert shown(excerpt(LONG, "火锅")) == LONG[:60] + "…"


@given(st.text(max_size=120), st.text(max_size=12))
def test_marking_keeps_the_text(text, query):
    assert "".join(piece.text for piece in mark(text, query)) == text
    assert all(piece.text for piece in excerpt(text, query))
