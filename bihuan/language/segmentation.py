"""Chinese text into search terms.

A text is indexed by the pairs of neighbouring characters of each run of Han characters, and by its Latin words and
numbers. A query is segmented into words (rjieba) and each word asks for the pairs inside it. So any stretch of a text
finds that text, wherever the stretch starts and ends, and words of a query may stand apart in the text. Words alone as
index terms would miss: 度很差 segments to 度 + 很 + 差, but 态度很差 to 态度 + 很 + 差.

Both sides are folded first, so 快遞 finds 快递 and ＳＦ１ finds sf1. References to lifted personal data are no text.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations, groupby, pairwise

import rjieba

from bihuan.language.folding import fold
from bihuan.language.references import REFERENCE

HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff"
RUNS = re.compile(rf"(?P<han>[{HAN}]+)|(?P<word>[^\W_{HAN}]+)")
# Numbers are often written in groups (YH7731 0482 9156): neighbouring groups are indexed as one number as well.
GROUPED_NUMBER = re.compile(r"(?<![a-z\d])[a-z]{0,4}\d{3,8}(?:[ -]\d{3,8}){1,5}(?![a-z\d])")
# The end of a waybill is what people type: it is a term of its own.
TAIL_LENGTHS = (4, 6, 8)
SHORTEST_WITH_TAIL = 9
LONGEST_WORD = 40
# Characters that tell nothing at the edge of a query's words.
PARTICLES = "的地得了着过吗呢吧啊呀哦嘛我你您他她它们这那是有在就也都很到给被把又还要会能说和与及个"
NEGATIONS = frozenset("不没未")
# Up to this length a query is taken to be a piece of the text; in a longer one a lone character counts for little.
SHORT_RUN = 4


def tokens(text: str) -> list[str]:
    """The words of a text in order, longer words also in their parts; folded, without punctuation."""
    return [word for word in rjieba.cut_for_search(_prepared(text)) if RUNS.fullmatch(word)]


def search_vector_terms(text: str) -> list[str]:
    """What a text is found by: sorted, without repeats; store it with ``array_to_tsvector``.

    The last character of a run stands alone as well: so every character begins a term, and a prefix finds it.
    """
    prepared = _prepared(text)
    terms = {joined for number in _grouped_numbers(prepared) for joined in _joined_groups(number)}
    for run in RUNS.finditer(prepared):
        if run.lastgroup == "han":
            terms.update(_pairs(run.group()))
            terms.add(run.group()[-1])
        else:
            terms.add(run.group()[:LONGEST_WORD])
    tails = {term[-length:] for term in terms if _has_tail(term) for length in TAIL_LENGTHS}
    return sorted(terms | tails)


def query_terms(text: str) -> list[str]:
    """The terms that all have to be in a text for it to answer the query, in order, without repeats.

    A character that stands alone in the query is a term of one character: it asks for any term that begins with it.
    """
    prepared = _prepared(text)
    numbers = [re.sub("[ -]", "", number) for number in _grouped_numbers(prepared)]
    runs = list(RUNS.finditer(GROUPED_NUMBER.sub(" ", prepared)))
    terms = [*numbers, *(term for run in runs for term in _terms_of_run(run))]
    return list(dict.fromkeys(terms or [term for run in runs for term in _pairs(run.group()) or [run.group()]]))


def tsquery(text: str) -> str:
    """The query as text for ``::tsquery``, quoted; empty when there is nothing in it to search for."""
    return " & ".join(f"'{term}':*" if _is_one_han(term) else f"'{term}'" for term in query_terms(text))


def is_answered_by(terms: Iterable[str], query: str) -> bool:
    """True when a text with these index terms answers the query: what the database decides for ``tsquery``."""
    has, wanted = set(terms), query_terms(query)
    begun = {term[0] for term in has}
    return bool(wanted) and all(term in has or (_is_one_han(term) and term in begun) for term in wanted)


def _prepared(text: str) -> str:
    return fold(REFERENCE.sub(" ", text))


def _terms_of_run(run: re.Match[str]) -> list[str]:
    characters = run.group()
    if run.lastgroup != "han":
        return [characters[:LONGEST_WORD]]
    if len(characters) == 1:
        return [] if characters in PARTICLES else [characters]
    return [pair for stretch in _stretches(characters) for pair in _pairs(stretch)]


def _stretches(characters: str) -> Iterator[str]:
    """The words of a Han run without particles at their ends. Lone characters side by side are one stretch, for a query
    cut out of a text ends in such; one between words comes with a neighbour."""
    end = 0
    for is_lone, group in groupby(rjieba.cut(characters), lambda word: len(word) == 1):
        for stretch in ["".join(group)] if is_lone else group:
            end += len(stretch)
            bare = stretch.rstrip(PARTICLES)
            last = end - len(stretch) + len(bare)
            first = last - len(bare.lstrip(PARTICLES))
            yield _with_neighbour(characters, first, last) if last - first == 1 else characters[first:last]


def _with_neighbour(characters: str, at: int, end: int) -> str:
    """A negation with what it denies; in a short run any other lone character with the one before it, or after."""
    if characters[at] in NEGATIONS and end < len(characters):
        return characters[at : end + 1]
    if len(characters) > SHORT_RUN:
        return ""
    return characters[at - 1 : end] if at else characters[at : end + 1]


def _pairs(characters: str) -> list[str]:
    return ["".join(pair) for pair in pairwise(characters)]


def _is_one_han(term: str) -> bool:
    return len(term) == 1 and not term.isascii()


def _grouped_numbers(prepared: str) -> Iterable[str]:
    return GROUPED_NUMBER.findall(prepared)


def _joined_groups(number: str) -> Iterator[str]:
    """Every stretch of at least two neighbouring groups as one number."""
    groups = re.split("[ -]", number)
    for start, end in combinations(range(len(groups) + 1), 2):
        if end - start > 1:
            yield "".join(groups[start:end])


def _has_tail(term: str) -> bool:
    return len(term) >= SHORTEST_WITH_TAIL and term[-6:].isdecimal()
