"""What the same server does without the product: the floor every figure is compared with."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg

TABLE = "CREATE TABLE IF NOT EXISTS bench_raw (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL)"
INSERT = "INSERT INTO bench_raw (body) VALUES (%s)"
LIST = "SELECT * FROM cases_case WHERE team_id = %s ORDER BY opened_at DESC, id DESC LIMIT 51"
BODY = "快件在转运中心停留三天没有更新，客户要求核实并给出明确的派送时间。" * 8


@contextmanager
def connections(url: str, count: int) -> Iterator[list["psycopg.Connection[Any]"]]:
    """Connections that commit every statement."""
    with ExitStack() as held:
        yield [held.enter_context(psycopg.connect(url, autocommit=True)) for _ in range(count)]


def inserter(connection: "psycopg.Connection[Any]") -> Callable[[int], None]:
    """One durable row per call, about as long as the text of a case."""

    def insert(number: int) -> None:
        connection.execute(INSERT, [BODY])

    return insert


def lister(connection: "psycopg.Connection[Any]", team_id: int) -> Callable[[int], None]:
    """The newest page of one team, all columns, in one indexed query."""

    def fetch(number: int) -> None:
        connection.execute(LIST, [team_id]).fetchall()

    return fetch
