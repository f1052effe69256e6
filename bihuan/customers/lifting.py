"""Where personal values stand in a text: those told by their form, and what is known of the customer who wrote it.

Pure. References already in a text are kept when they point to data of the same customer: lifting twice changes nothing.
Any other reference was typed by somebody, and is turned into harmless brackets.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from bihuan.customers.kinds import DatumKind
from bihuan.customers.masking import region_of
from bihuan.language.folding import fold
from bihuan.language.personal_data import find
from bihuan.language.references import REFERENCE

SHORTEST_NAME = 2
SHORTEST_ADDRESS = 6
FILLER = "\ufffc"  # object replacement character: takes a reference's place while the text is searched
LATIN = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Span:
    """A personal value in a text; ``value`` is what the vault keeps."""

    start: int
    end: int
    kind: DatumKind
    value: str


@dataclass(frozen=True, slots=True)
class Known:
    """A value of the customer to look for, folded, and what the vault keeps for it."""

    folded: str
    kind: DatumKind
    value: str


def known_values(name: str, addresses: Iterable[str]) -> list[Known]:
    """What to look for, longest first: the name, each address, and each address without its region."""
    known = [Known(fold(name), DatumKind.NAME, name)] if len(name) >= SHORTEST_NAME else []
    for address in addresses:
        rest = address[len(region_of(address)) :].strip()
        known += [
            Known(fold(part), DatumKind.ADDRESS, part) for part in (address, rest) if len(part) >= SHORTEST_ADDRESS
        ]
    return sorted(known, key=lambda item: len(item.folded), reverse=True)


def find_spans(text: str, known: Iterable[Known]) -> list[Span]:
    """All personal values of a text in order, without overlap; those told by their form go before known ones."""
    plain = REFERENCE.sub(lambda mark: FILLER * len(mark.group()), text)
    spans = [Span(found.start, found.end, DatumKind(found.kind), found.value) for found in find(plain)]
    folded = fold(plain)
    for item in known:
        at = folded.find(item.folded)
        while at >= 0:
            end = at + len(item.folded)
            is_free = all(end <= span.start or span.end <= at for span in spans)
            if is_free and _stands_alone(folded, at, end):
                spans.append(Span(at, end, item.kind, item.value))
            at = folded.find(item.folded, end)
    return sorted(spans, key=lambda span: span.start)


def replace_spans(text: str, spans: Iterable[Span], mark: Callable[[Span], str]) -> str:
    """The text with every span replaced by its mark."""
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], mark(span)]
        at = span.end
    return "".join([*parts, text[at:]])


def keep_references(text: str, own_ids: Collection[int]) -> str:
    """The text with the marks of foreign references made harmless."""
    if "⟦" not in text and "⟧" not in text:
        return text
    parts, at = [], 0
    for mark in REFERENCE.finditer(text):
        if int(mark.group(1)) in own_ids:
            parts += [_harmless(text[at : mark.start()]), mark.group()]
            at = mark.end()
    return "".join([*parts, _harmless(text[at:])])


def _harmless(text: str) -> str:
    return text.replace("⟦", "[").replace("⟧", "]")


def _stands_alone(folded: str, start: int, end: int) -> bool:
    """A Latin name is no part of a longer word."""
    before, after = folded[max(0, start - 1) : start], folded[end : end + 1]
    starts_inside = LATIN.match(folded[start]) and LATIN.match(before)
    ends_inside = LATIN.match(folded[end - 1]) and LATIN.match(after)
    return not (starts_inside or ends_inside)
