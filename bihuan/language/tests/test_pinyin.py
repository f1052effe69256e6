import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.language.pinyin import initials, surname


@pytest.mark.parametrize(
    ("name", "family", "letters"),
    [
        ("王芳", "王", "wf"),
        ("欧阳娜娜", "欧阳", "oynn"),
        ("曾小贤", "曾", "zxx"),
        ("單雄信", "单", "sxx"),
        ("仇英", "仇", "qy"),
        ("买买提·吐尔逊", "买", "mmttex"),
        ("Anna Li", "anna", "al"),
        ("欧阳", "欧", "oy"),
        ("諸葛亮", "诸葛", "zgl"),
        ("", "", ""),
    ],
)
def test_surname_and_initials(name, family, letters):
    assert surname(name) == family
    assert initials(name) == letters


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_name_has_an_answer(name):
    assert isinstance(initials(name), str) and isinstance(surname(name), str)
