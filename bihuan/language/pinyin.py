"""Pinyin of names: initials to type, and surnames read as surnames."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from bihuan.language.folding import fold

LATIN_WORD = re.compile(r"[!-~]*")


def surname(name: str) -> str:
    """The surname of a Chinese name, simplified; the first word of a Latin name, lower case."""
    folded = fold(name).strip()
    if not folded or folded[0].isascii():
        return LATIN_WORD.match(folded).group()  # type: ignore[union-attr]
    return folded[:2] if len(folded) > 2 and folded[:2] in _data()["compound"]["surnames"] else folded[0]


def initials(name: str) -> str:
    """First letters of the syllables: 欧阳娜娜 → oynn, 曾小贤 → zxx, Anna Li → al."""
    folded = fold(name).strip()
    family = surname(name)
    if not folded or folded[0].isascii():
        return "".join(word[0] for word in folded.split())
    reading = _data()["readings"].get(family)
    readings = [reading] if reading else _syllables(family)
    return "".join(syllable[0] for syllable in readings + _syllables(folded[len(family) :]))


def _syllables(text: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return [syllable for syllable in lazy_pinyin(text, errors="ignore") if syllable]


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "data" / "surnames.toml").read_text(encoding="utf-8"))
