"""Every route as every role: what comes back is what ``permissions.csv`` says, and a new route needs a row.

``pytest tests/guards/test_permissions.py --update-permissions`` measures rows that are missing and writes them;
delete a row to have it measured anew. The changed file is then reviewed like code.
"""

import pytest
from django.core.cache import cache
from django.db import transaction

from bihuan.journal.models import StoredEntry
from tests.guards.routes import Route, all_routes
from tests.guards.table import ROLES, TABLE, Statuses, read_table, write_table
from tests.guards.visits import Visit, path_of, visits_of
from tests.guards.world import World

REFUSED = {"401", "403", "404"}
# A look at something forbidden is itself an entry.
KEPT_REFUSALS = {"staff.sign_in_failed"}

Row = tuple[str, str]


def wanted_rows() -> dict[Row, tuple[Route, Visit]]:
    """Rows the table must have: one for each visit of each route."""
    return {
        (f"{route.name}:{visit.label}" if visit.label else route.name, route.method): (route, visit)
        for route in all_routes()
        for visit in visits_of(route)
    }


WANTED = wanted_rows()


def measure(world: World, row: Row) -> Statuses:
    """The status each role gets; a refused request must not have written anything."""
    route, visit = WANTED[row]
    statuses = {}
    for role in ROLES:
        with transaction.atomic():
            cache.clear()  # limits on sign-in and API count there
            before = StoredEntry.objects.exclude(code__in=KEPT_REFUSALS).count()
            body = dict(visit.body(world))
            answer = world.send(role, route.method, path_of(route, visit, world), body, as_json=route.is_api)
            statuses[role] = str(answer.status_code)
            written = StoredEntry.objects.exclude(code__in=KEPT_REFUSALS).count() - before
            assert not (written and statuses[role] in REFUSED), f"{role} was refused {route}, yet an entry was written"
            transaction.set_rollback(True)
    return statuses


@pytest.mark.django_db
@pytest.mark.feature("1.3", "1.4")
@pytest.mark.parametrize("row", sorted(WANTED), ids=lambda row: f"{row[1]} {row[0]}")
def test_each_role_gets_what_the_table_says(world: World, row: Row, request: pytest.FixtureRequest) -> None:
    expected = read_table().get(row)
    if expected is None and request.config.getoption("--update-permissions"):
        write_table(read_table() | {row: measure(world, row)})
        return
    assert expected is not None, f"{TABLE.name} has no row for {row[1]} {row[0]}: run pytest --update-permissions"
    assert measure(world, row) == expected


def test_the_table_has_no_row_of_a_route_that_is_gone() -> None:
    assert set(read_table()) - set(WANTED) == set()


def test_no_role_ever_meets_a_server_error() -> None:
    broken = [row for row, statuses in read_table().items() if "500" in statuses.values()]
    assert broken == []
