"""What a case can be found by: tokens of its number, waybill and text, kept in their own table."""

from collections.abc import Iterable

from django.db import connection

from bihuan.cases.models import Case
from bihuan.language.segmentation import search_vector_terms

INSERT_SQL = """
    INSERT INTO cases_casesearch (case_id, division_id, opened_at, vector)
    VALUES (%s, %s, %s, array_to_tsvector(%s::text[]))
    ON CONFLICT (case_id) DO UPDATE SET vector = excluded.vector
"""


def terms_of(case: Case, matter: str) -> list[str]:
    """The tokens of everything a person would type to find the case; references to the vault are no words."""
    texts = (case.title, matter, case.happened_where, case.involved, case.expected)
    found = {term for text in texts for term in search_vector_terms(text)}
    found.add(case.number.lower())
    if case.waybill:
        found.add(case.waybill.lower())
    return sorted(found)


def index_cases(found: Iterable[tuple[Case, str]]) -> None:
    """Make cases findable by their text; indexing one again replaces what it was found by."""
    rows = [[case.pk, case.division_id, case.opened_at, terms_of(case, matter)] for case, matter in found]
    with connection.cursor() as cursor:
        cursor.executemany(INSERT_SQL, rows)
