"""Messages are found wherever they stand, their English is judged, and unmarked Chinese is refused."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from checks import catalog, messages, translations


def found_in(tmp_path: Path, text: str) -> list[tuple[str, str | None, str | None]]:
    path = tmp_path / "page.html"
    path.write_text(text, encoding="utf-8")
    source = messages.template_as_python(path)
    return [(m.text, m.plural, m.context) for m in messages.messages_in(path, source.encode())]


def test_messages_of_a_template_are_found(tmp_path: Path) -> None:
    text = """{% load i18n %}
    <a title="{% translate '查看' %}">{% translate "案件" context "菜单" %}</a>
      {% blocktranslate count n=cases|length %}{{ n }} 条新工单{% plural %}{{ n }} 条新工单{% endblocktranslate %}
    {% if a %}{{ b|default:_("未填写") }}{% endif %}"""
    assert found_in(tmp_path, text) == [
        ("查看", None, None),
        ("案件", None, "菜单"),
        ("%(n)s 条新工单", "%(n)s 条新工单", None),
        ("未填写", None, None),
    ]


def test_messages_of_python_are_found_with_context_and_plural(tmp_path: Path) -> None:
    source = '_("结案")\npgettext("动词", "关闭")\nngettext("%(n)s 件", "%(n)s 件", n)\n_(f"不是{n}")\n'
    found = list(messages.messages_in(tmp_path / "a.py", source.encode()))
    assert [(m.text, m.plural, m.context) for m in found] == [
        ("结案", None, None),
        ("关闭", None, "动词"),
        ("%(n)s 件", "%(n)s 件", None),
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("<p>投诉</p>", 1),
        ("<p title='投诉'>{% translate '投诉' %}</p>", 1),
        ("{# 投诉 #}{% comment %}投诉\n投诉{% endcomment %}", 0),
        ("{% blocktranslate %}投诉\n{{ a }}{% endblocktranslate %}", 0),
        ("<option>圆通</option>{# data, not a message #}", 0),
    ],
)
def test_chinese_outside_the_markers_of_a_template_is_refused(tmp_path: Path, text: str, count: int) -> None:
    path = tmp_path / "page.html"
    path.write_text(text, encoding="utf-8")
    assert len(list(messages.unmarked_in_template(path))) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('label = "投诉"', 1),
        ('label = f"{n}件投诉"', 1),
        ('label = _("投诉")', 0),
        ('label = _(f"{n}件投诉")', 1),
        ('"""关于投诉。"""', 0),
        ("label = 1  # 投诉", 0),
        ('AUTOMATIC = re.compile("自动回复|退信")', 0),
        ('NAMES = {  # data, not a message\n    "投诉": 1,\n}', 0),
    ],
)
def test_chinese_outside_the_markers_of_python_is_refused(tmp_path: Path, text: str, count: int) -> None:
    path = tmp_path / "a.py"
    path.write_text(text, encoding="utf-8")
    assert len(list(messages.unmarked_in_python(path))) == count


@pytest.mark.parametrize(
    ("chinese", "english", "problem"),
    [
        ("还剩 %(n)s 天", "%(n)s days left", ""),
        ("还剩 %(n)s 天", "days left", "placeholders"),
        ("还剩 {n} 天", "{m} days left", "placeholders"),
        ("案件", "", "no English"),
        ("案件", "案件", "Chinese in its English"),
    ],
)
def test_english_is_judged_by_completeness_and_placeholders(chinese: str, english: str, problem: str) -> None:
    entry = Catalog(locale="en").add(chinese, english)
    assert problem in translations.problem_of(entry)
    assert bool(problem) == bool(translations.problem_of(entry))


def test_fuzzy_english_is_refused() -> None:
    entry = Catalog(locale="en").add("案件", "case", flags=["fuzzy"])
    assert "fuzzy" in translations.problem_of(entry)


def test_updating_keeps_english_drops_the_unused_and_takes_what_is_merged(tmp_path: Path) -> None:
    old = Catalog(locale="en")
    old.add("案件", "Case")
    old.add("旧的", "Old")
    pairs = tmp_path / "words.tsv"
    pairs.write_text("结案\tClose\\ncase\n%(n)s 件\t%(n)s case||%(n)s cases\n", encoding="utf-8")
    place = catalog.ROOT / "bihuan" / "a.py"
    wanted = [
        messages.Message("案件", place, 1),
        messages.Message("结案", place, 2),
        messages.Message("%(n)s 件", place, 3, plural="%(n)s 件"),
    ]
    new = catalog.updated_catalog(old, wanted, dict(catalog.read_pairs(pairs)))
    assert new.get("案件").string == "Case"
    assert new.get("结案").string == "Close\ncase"
    assert new.get("%(n)s 件").string == ("%(n)s case", "%(n)s cases")
    assert new.get("旧的") is None
