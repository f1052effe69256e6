"""Chinese text into search terms.

A text is indexed by the pairs of neighbouring characters of each run of Han characters, by its single characters, and
by its Latin words and numbers. A query is segmented into words (rjieba) and each word asks for the pairs inside it.
So any stretch of a text finds that text, wherever the stretch starts and ends, and words of a query may stand apart in
the text. Words alone as index terms would miss: 度很差 segments to 度 + 很差, but 态度很差 to 态度 + 很差.

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
# Characters that stand in most texts and tell nothing alone. Pairs with them are indexed all the same.
PARTICLES = "的地得了着过吗呢吧啊呀哦嘛我你您他她它们这那是有在就也都很到给被把又还要会能说和与及个"
# Characters that mean something only with a neighbour: the one after it (不收, 没送), the one before it (快递员, 运费).
LEANING_FORWARD = frozenset("不没未")
LEANING_BACK = frozenset("员费单号站点件柜部店款车箱袋盒")
NOT_INDEXED_ALONE = LEANING_FORWARD | frozenset(PARTICLES)


def tokens(text: str) -> list[str]:
    """The words of a text in order, longer words also in their parts; folded, without punctuation."""
    return [word for word in rjieba.cut_for_search(_prepared(text)) if RUNS.fullmatch(word)]


def search_vector_terms(text: str) -> list[str]:
    """What a text is found by: sorted, without repeats; store it with ``array_to_tsvector``."""
    prepared = _prepared(text)
    terms = {joined for number in _grouped_numbers(prepared) for joined in _joined_groups(number)}
    for run in RUNS.finditer(prepared):
        if run.lastgroup == "han":
            terms.update(run.group())
            terms.update(map("".join, pairwise(run.group())))
        else:
            terms.add(run.group()[:LONGEST_WORD])
    tails = {term[-length:] for term in terms if _has_tail(term) for length in TAIL_LENGTHS}
    return sorted((terms | tails) - NOT_INDEXED_ALONE)


def query_terms(text: str) -> list[str]:
    """The terms that all have to be in a text for it to answer the query, in order, without repeats."""
    prepared = _prepared(text)
    numbers = [re.sub("[ -]", "", number) for number in _grouped_numbers(prepared)]
    runs = list(RUNS.finditer(GROUPED_NUMBER.sub(" ", prepared)))
    terms = [*numbers, *(term for run in runs for term in _terms_of_run(run))]
    return list(dict.fromkeys(terms or [term for run in runs for term in map("".join, pairwise(run.group()))]))


def tsquery(text: str) -> str:
    """The query as text for ``::tsquery``, quoted; empty when there is nothing in it to search for."""
    return " & ".join(f"'{term}'" for term in query_terms(text))


def _prepared(text: str) -> str:
    return fold(REFERENCE.sub(" ", text))


def _terms_of_run(run: re.Match[str]) -> Iterator[str]:
    if run.lastgroup == "han":
        for stretch in _stretches(run.group()):
            yield from map("".join, pairwise(stretch)) if len(stretch) > 1 else {stretch} - NOT_INDEXED_ALONE
    else:
        yield run.group()[:LONGEST_WORD]


def _stretches(characters: str) -> Iterator[str]:
    """The words of a Han run. Lone characters side by side are one stretch, for a query cut out of a text ends in such;
    particles at its ends are dropped, leaning characters come with their neighbour."""
    end = 0
    for is_lone, group in groupby(rjieba.cut(characters), lambda word: len(word) == 1):
        for stretch in ["".join(group)] if is_lone else group:
            end += len(stretch)
            bare = stretch.rstrip(PARTICLES)
            last = end - len(stretch) + len(bare)
            first = last - len(bare.lstrip(PARTICLES))
            if first < last:
                first -= bool(first and characters[first] in LEANING_BACK)
                yield characters[first : last + (characters[last - 1] in LEANING_FORWARD)]


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
