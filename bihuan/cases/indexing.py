"""What a case can be found by: tokens of its number, waybill and text, and where it lies. In their own table.

A word that stands in a third of ten million cases must not cost more than a rare one. So every vector also holds the
case's place: its team, and the windows of neighbouring ids it lies in, of four sizes. A search asks for its words
*and* the newest small window, then a larger one, until it has enough: the index walks the shorter list and jumps in the
longer ones, so each step costs about as much as it finds. See docs/decisions/0010-search-in-windows.md.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection

from bihuan.cases.models import Case
from bihuan.cases.permissions import LIAISONS, READERS
from bihuan.foundation.actor import Actor
from bihuan.language.segmentation import search_vector_terms, tsquery

INSERT_SQL = """
    INSERT INTO cases_casesearch (case_id, division_id, opened_at, vector)
    VALUES (%s, %s, %s, array_to_tsvector(%s::text[]))
    ON CONFLICT (case_id) DO UPDATE SET vector = excluded.vector
"""
ADD_SQL = """
    UPDATE cases_casesearch SET vector = array_to_tsvector(tsvector_to_array(vector) || %s::text[]) WHERE case_id = %s
"""
# Of one window at most so many matches, the newest, are looked at: more of them means more than enough for anybody.
WINDOW_LIMIT = 2_000
# When all cases hold about so few matches, going by what a window held, the larger windows are left out.
RARE = 1_000
# Somebody who may read that many teams sees most matches anyway: the index would only walk more lists.
NAMED_TEAMS = 24
HITS_SQL = """
      WITH hits AS MATERIALIZED (SELECT case_id FROM cases_casesearch WHERE vector @@ %s::tsquery)
    SELECT case_id FROM hits ORDER BY case_id DESC LIMIT %s
"""
NEWEST_SQL = "SELECT max(case_id) FROM cases_casesearch"
# Sizes of the windows as powers of two: a thousand, sixteen thousand, a quarter of a million, four million cases.
WINDOW_BITS = (10, 14, 18, 22)


def window_term(case_id: int, bits: int) -> str:
    """The window of this size that a case lies in. No text gives a term with this mark."""
    return f"#{bits}:{case_id >> bits}"


def team_term(team_id: int) -> str:
    """The team a case belongs to; it never changes."""
    return f"#t{team_id}"


def place_terms(case_id: int, team_id: int) -> list[str]:
    """Where a case lies: its team, and its windows."""
    return [team_term(team_id), *(window_term(case_id, bits) for bits in WINDOW_BITS)]


def terms_of(case: Case, matter: str) -> list[str]:
    """The tokens of everything a person would type to find the case; references to the vault are no words."""
    texts = (case.title, matter, case.happened_where, case.involved, case.expected)
    found = {term for text in texts for term in search_vector_terms(text)}
    found.add(case.number.lower())
    if case.waybill:
        found.add(case.waybill.lower())
    found.update(place_terms(case.id, case.team_id))
    return sorted(found)


def index_cases(found: Iterable[tuple[Case, str]]) -> None:
    """Make cases findable by their text; indexing one again replaces what it was found by."""
    rows = [[case.pk, case.division_id, case.opened_at, terms_of(case, matter)] for case, matter in found]
    with connection.cursor() as cursor:
        if len(rows) == 1:  # executemany takes a second exchange with the server
            cursor.execute(INSERT_SQL, rows[0])
        else:
            cursor.executemany(INSERT_SQL, rows)


def add_words(case_id: int, *texts: str) -> None:
    """A case is found by what was said later as well: what a customer adds, and what was found out."""
    terms = sorted({term for text in texts for term in search_vector_terms(text)})
    if terms:
        with connection.cursor() as cursor:
            cursor.execute(ADD_SQL, [terms, case_id])


def find_visible(*, actor: Actor, text: str, limit: int) -> list[int]:
    """Ids of the newest cases the actor may see that hold all words of the text; empty when it has no words."""
    words = tsquery(text)
    newest = _newest_id() if words else None
    if newest is None:
        return []
    conditions = [words, *_teams(actor)]
    for size, window in _windows(newest):
        hits = _hits([*conditions, window])
        found = _visible(actor, hits, limit)
        if len(found) >= limit:
            return found
        if (len(hits) + 1) * newest <= RARE * size:
            break
    return _visible(actor, _hits(conditions), limit)


def _visible(actor: Actor, hits: list[int], limit: int) -> list[int]:
    if not hits:
        return []
    cases = Case.objects.visible_to(actor).filter(pk__in=hits)
    return list(cases.order_by("-pk").values_list("pk", flat=True)[:limit])


def _windows(newest: int) -> Iterator[tuple[int, str]]:
    """Windows from the newest cases to older ones: how many cases it holds, and its condition.

    Of each size the window that is being filled, and the one before it.
    """
    for bits in WINDOW_BITS:
        if newest >> bits:
            size = (newest & ((1 << bits) - 1)) + (1 << bits)
            now, before = window_term(newest, bits), window_term(newest - (1 << bits), bits)
            yield size, f"('{now}' | '{before}')"


def _teams(actor: Actor) -> list[str]:
    """The actor's teams as a condition, when there are few. A liaison sees cases of any team."""
    teams = actor.units(READERS)
    if actor.is_system or actor.units(LIAISONS) or not 0 < len(teams) <= NAMED_TEAMS:
        return []
    return [f"({' | '.join(repr(team_term(team_id)) for team_id in sorted(teams))})"]


def _hits(conditions: Sequence[str]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(HITS_SQL, [" & ".join(conditions), WINDOW_LIMIT])
        return [case_id for (case_id,) in cursor.fetchall()]


def _newest_id() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(NEWEST_SQL)
        newest: int | None = cursor.fetchone()[0]
    return newest
