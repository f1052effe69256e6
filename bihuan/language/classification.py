"""What a text is about, by its words: kind of request, complaint category, signs of urgency, each with its reason.

The rules are data (``data/classification.toml``). Every expression found counts with its weight; an expression inside
a longer one that was also found, and one that is denied (没有破损), do not count. The highest sum wins, and on equal
sums the order of the file.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bihuan.language.folding import fold
from bihuan.language.references import REFERENCE

COMPLAINT, SUGGESTION, CONSULTATION = "COMPLAINT", "SUGGESTION", "CONSULTATION"
OTHER = "OTHER"
LONGEST_DENIAL = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """An expression found in a text: the code it speaks for, how strongly, and where it stands."""

    word: str
    code: str
    weight: int
    start: int


@dataclass(frozen=True, slots=True)
class Classification:
    """A proposal with its reasons; a person decides."""

    kind: str
    category: str
    urgency: tuple[str, ...]
    reasons: tuple[str, ...]
    is_certain: bool


@dataclass(frozen=True)
class RuleSet:
    """Expressions of one question (category, kind, urgency): one pattern, and for each expression what it says."""

    pattern: re.Pattern[str]
    meaning: Mapping[str, tuple[tuple[str, int], ...]]
    codes: tuple[str, ...]

    def hits(self, text: str) -> list[Hit]:
        """All expressions that stand in the text undenied, the longest at each place; praise counts for nothing."""
        return [
            Hit(word, code, weight, found.start())
            for found in self.pattern.finditer(text)
            if not _is_denied(text, found.start(), word := found.group())
            for code, weight in self.meaning.get(word, ())
        ]

    def sums(self, hits: Iterable[Hit]) -> Counter[str]:
        """Weight per code, in the order of the file; a repeated expression counts once."""
        sums: Counter[str] = Counter(dict.fromkeys(self.codes, 0))
        for code, _, weight in {(hit.code, hit.word, hit.weight) for hit in hits}:
            sums[code] += weight
        return sums


def classify(text: str) -> Classification:
    """Propose kind, category and urgency of a customer's words."""
    prepared = fold(REFERENCE.sub(" ", text))
    categories, kinds, urgencies = (_rules()[question] for question in ("category", "kind", "urgency"))
    category_hits, kind_hits, urgency_hits = (rules.hits(prepared) for rules in (categories, kinds, urgencies))
    category, weight = _strongest(categories.sums(category_hits))
    kind = _kind(kinds.sums(kind_hits), weight)
    named = [hit for hit in category_hits if hit.code == category and kind == COMPLAINT]
    named += [hit for hit in kind_hits if hit.code == kind]
    return Classification(
        kind=kind,
        category=category if weight else OTHER,
        urgency=tuple(dict.fromkeys(hit.code for hit in urgency_hits)),
        reasons=tuple(dict.fromkeys(hit.word for hit in sorted(named + urgency_hits, key=lambda hit: hit.start))),
        is_certain=max(weight, *kinds.sums(kind_hits).values()) >= 3,
    )


def _kind(sums: Counter[str], complaint_weight: int) -> str:
    """The strongest of suggestion, complaint and question; without any sign a question, which asks least of others."""
    kind, weight = _strongest(sums)
    if complaint_weight > weight or (complaint_weight == weight and weight and kind == CONSULTATION):
        return COMPLAINT
    return kind if weight else CONSULTATION


def _strongest(sums: Counter[str]) -> tuple[str, int]:
    return max(sums.items(), key=lambda item: item[1])


def _is_denied(text: str, start: int, word: str) -> bool:
    before, exceptions = _negations()
    if word.startswith(before):
        return False
    ahead = text[max(0, start - LONGEST_DENIAL) : start]
    return ahead.endswith(before) and not ahead.endswith(exceptions)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "data" / "classification.toml").read_text(encoding="utf-8"))


@cache
def _negations() -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(_data()["negation"]["before"]), tuple(_data()["negation"]["except"])


@cache
def _rules() -> dict[str, RuleSet]:
    return {question: _rule_set(_data()[question]) for question in ("category", "kind", "urgency")}


def _rule_set(entries: list[dict[str, Any]]) -> RuleSet:
    meaning: dict[str, tuple[tuple[str, int], ...]] = {}
    for entry in entries:
        for weight, words in entry["words"].items():
            for word in words:
                meaning[word] = (*meaning.get(word, ()), (entry["code"], int(weight)))
    alternatives = "|".join(map(re.escape, sorted(meaning, key=len, reverse=True)))
    return RuleSet(
        re.compile("|".join([*_data()["praise"]["patterns"], alternatives])),
        meaning,
        tuple(entry["code"] for entry in entries),
    )
