import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.language.folding import fold
from bihuan.language.segmentation import is_answered_by, query_terms, search_vector_terms, tokens, tsquery

HAN_CHARACTERS = "快递员态度很差包裹三天没有更新物流信息打电话人接我的了不丢运费收遞員態，。！ "
HAN_TEXT = st.text(st.sampled_from(HAN_CHARACTERS), min_size=2, max_size=40)


def finds(query: str, text: str) -> bool:
    return is_answered_by(search_vector_terms(text), query)


COMPLAINT = "快递员态度很差，包裹三天没有更新物流信息，运费还多收了，单号YH7731 0482 9156，另一件SF1234567890123"


@pytest.mark.feature("5.6")
@pytest.mark.parametrize(
    "query",
    [
        "度很差",
        "递员态",
        "三天没",
        "没有更",
        "新物流",
        "费还多",
        "多收了",
        "快遞員",
        "態度很差",
        "ＳＦ１２３４５６７８９０１２３",
        "sf1234567890123",
        "YH773104829156",
        "YH7731 0482 9156",
        "0482 9156",
        "9156",
        "829156",
        "0123",
        "67890123",
        "快递员 物流",
        "快递员的态度",
        "包裹物流信息",
        "差",
    ],
)
def test_a_piece_of_the_text_finds_it(query):
    assert finds(query, COMPLAINT)


@pytest.mark.parametrize("query", ["丢失", "很多钱", "员工", "没收到", "99999", "sf123", "", "，。", "的", "不"])
def test_what_is_not_in_the_text_does_not_find_it(query):
    assert not finds(query, COMPLAINT)


@settings(deadline=None)
@given(HAN_TEXT, st.data())
def test_any_stretch_of_han_characters_finds_its_text(text, data):
    start = data.draw(st.integers(0, len(text) - 2))
    stretch = text[start : data.draw(st.integers(start + 2, len(text)))]
    assert not query_terms(stretch) or finds(stretch, text)


def test_a_stretch_of_particles_is_still_searched_as_it_stands():
    assert query_terms("有的") == ["有的"]


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_makes_terms_without_quotes_or_spaces(text):
    terms = search_vector_terms(text) + query_terms(text)
    assert all(term and not set(term) & set("'\\ &|!():*<>") for term in terms)


def test_the_query_asks_for_all_terms():
    assert tsquery("送餐慢") == "'送餐' & '餐慢'"
    assert tsquery("包裹丢失要赔偿 SF123") == "'包裹' & '丢失' & '赔偿' & 'sf123'"
    assert tsquery("漏 快递") == "'漏':* & '快递'"
    assert tsquery("。") == ""


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("包裹丢失要赔偿", "包裹在中转时丢失，要求赔偿"),
        ("我的快递一直没送", "快递员一直都没送来"),
        ("慢", "送得太慢了"),
        ("漏 快递", "快递到了，瓶子漏了"),
    ],
)
def test_words_of_a_query_may_stand_apart_in_the_text(query, text):
    assert finds(query, text)


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["度很差", "快遞員", "慢", "送餐慢", "丢失", "o'neil \\ x", "SF1234567890123", "不"])
def test_the_database_decides_as_the_rule_does(query):
    text = COMPLAINT + "，o'neil，太慢了"
    with connection.cursor() as cursor:
        statement = "SELECT array_to_tsvector(%s::text[]) @@ %s::tsquery"
        cursor.execute(statement, [search_vector_terms(text), tsquery(query)])
        (answer,) = cursor.fetchone()
    assert answer == finds(query, text)


def test_references_to_lifted_data_are_no_words():
    assert search_vector_terms("电话⟦pd:123⟧没人") == ["人", "没人", "电话", "话"]


def test_tokens_are_words_in_order():
    assert tokens("快遞丟失，要求賠償 SF123") == ["快递", "丢失", "要求", "赔偿", "sf123"]


@settings(deadline=None)
@given(st.text())
def test_folding_keeps_every_character_in_its_place(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_folding_brings_writings_together():
    assert fold("快遞員　ＡＢＣ１２３") == "快递员 abc123"
