"""One form for writings that mean the same: full-width and half-width, capital and small, traditional and simplified.

Folding never changes the length of a text, so a span found in the folded text is the same span of the original.
"""

from functools import cache
from importlib.resources import files

FULL_WIDTH_START, FULL_WIDTH_END, WIDTH_SHIFT = 0xFF01, 0xFF5E, 0xFEE0


def fold(text: str) -> str:
    """Half-width, lower case (ASCII), simplified, character by character."""
    return text.translate(_folding())


def fold_width(text: str) -> str:
    """Half-width only: capitals and traditional characters stay."""
    return text.translate(_widths())


def to_simplified(text: str) -> str:
    """Traditional to simplified, character by character: the same character always becomes the same character."""
    return text.translate(_simplified())


@cache
def _widths() -> dict[int, int]:
    widths = {code: code - WIDTH_SHIFT for code in range(FULL_WIDTH_START, FULL_WIDTH_END + 1)}
    return widths | {0x3000: ord(" "), 0xA0: ord(" "), ord("–"): ord("-"), ord("—"): ord("-"), ord("−"): ord("-")}


@cache
def _simplified() -> dict[int, int]:
    """OpenCC's character table. Its phrase table is left out: what a character becomes must not depend on its context,
    or three characters from the middle of a text would fold in another way than the text did."""
    table = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in table.splitlines() if "\t" in line)
    return {ord(traditional): ord(forms.split()[0]) for traditional, forms in pairs if len(traditional) == 1}


@cache
def _folding() -> dict[int, int]:
    capitals = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
    wide = {code: capitals.get(narrow, narrow) for code, narrow in _widths().items()}
    return {**_simplified(), **capitals, **wide}
