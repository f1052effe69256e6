"""The stretch of a text that answers a query, for a list of hits. Pure."""

from dataclasses import dataclass
from itertools import pairwise

from bihuan.language.folding import fold
from bihuan.language.segmentation import query_terms

BEFORE = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an excerpt; a hit is a stretch that the query asked for."""

    text: str
    is_hit: bool


def mark(text: str, query: str) -> list[Piece]:
    """The text cut into pieces, those the query asks for marked; together they are the text.

    Folding keeps the length of a text, so places in the folded text are places in this one.
    """
    folded, is_hit = fold(text), [False] * len(text)
    for term in query_terms(query):
        start = folded.find(term)
        while start >= 0:
            is_hit[start : start + len(term)] = [True] * len(term)
            start = folded.find(term, start + 1)
    ends = [place for place in range(1, len(text)) if is_hit[place] != is_hit[place - 1]]
    borders = [0, *ends, len(text)]
    return [Piece(text[one:other], is_hit[one]) for one, other in pairwise(borders) if one < other]


def excerpt(text: str, query: str, length: int = 60) -> list[Piece]:
    """About so many characters around the first hit, in marked pieces; the beginning of a text without one."""
    line = " ".join(text.split())
    pieces = mark(line, query)
    place = 0
    for piece in pieces:
        if piece.is_hit:
            break
        place += len(piece.text)
    else:
        place = 0
    start = max(0, min(place - BEFORE, len(line) - length))
    stretch = line[start : start + length]
    shown = mark(stretch, query)
    if start:
        shown.insert(0, Piece("…", is_hit=False))
    if start + length < len(line):
        shown.append(Piece("…", is_hit=False))
    return shown
