"""What is asked, as whom. Each question is one line of the table; questions of one group share an aim."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bihuan.bench.clients import Ask
from bihuan.bench.raw import BODY

LIST, CASE, SEARCH, PHONE = "list", "case page", "search", "phone look-up"


@dataclass(frozen=True, slots=True)
class Question:
    """``ask(n)`` is the n-th request of this line."""

    group: str
    name: str
    ask: Callable[[int], Ask]


def questions(described: Mapping[str, Any]) -> list[Question]:
    """Every line of reads, on one database."""
    pages = {name: {"Cookie": f"bihuan_session={key}"} for name, key in described["cookies"].items()}
    calls = {name: {"Authorization": f"Bearer {token}"} for name, token in described["tokens"].items()}
    words, numbers = described["words"], described["numbers"]

    def listing(name: str, path: str, headers: dict[str, str]) -> Question:
        return Question(LIST, name, lambda n: Ask(path, headers))

    def showing(name: str, found: list[str], headers: dict[str, str], path: str) -> Question:
        return Question(CASE, name, lambda n: Ask(path.format(found[n % len(found)]), headers))

    def searching(name: str, texts: list[str], headers: dict[str, str], path: str) -> Question:
        return Question(SEARCH, name, lambda n: Ask(path + quote(texts[n % len(texts)]), headers))

    api, page = "/api/v1/cases/search?text=", "/search?q="
    return [
        listing("workspace with queues, agent", "/desk", pages["agent"]),
        listing("list page, agent", "/cases", pages["agent"]),
        listing("list page, director", "/cases", pages["director"]),
        listing("list API, agent of the smallest team", "/api/v1/cases", calls["small_agent"]),
        listing("list API, manager", "/api/v1/cases", calls["manager"]),
        listing("list API, open complaints, director", "/api/v1/cases?kind=COMPLAINT&is_open=true", calls["director"]),
        listing("list API, a rare state, manager", "/api/v1/cases?state=IMPLEMENTING", calls["manager"]),
        showing("case page, agent", numbers["agent"], pages["agent"], "/cases/{}"),
        showing("case page of 120 events", described["long_numbers"]["director"], pages["director"], "/cases/{}"),
        showing("case by API", numbers["agent"], calls["agent"], "/api/v1/cases/{}"),
        searching("frequent words, director", words["frequent"], calls["director"], api),
        searching("frequent words, smallest team", words["frequent"], calls["small_agent"], api),
        searching("two words, manager", words["two"], calls["manager"], api),
        searching("search page, agent", words["middle"], pages["agent"], page),
        searching("rare words, director", words["rare"], calls["director"], api),
        Question(PHONE, "customer by phone", _phones(described["phones"], calls["agent"])),
    ]


def creations(described: Mapping[str, Any]) -> Callable[[int], Ask]:
    """New cases by API, as a shop platform sends them, each with a customer it may know or not."""
    headers = {"Authorization": f"Bearer {described['tokens']['director']}"}
    voices: list[dict[str, str]] = described["voices"]

    def ask(number: int) -> Ask:
        body = voices[number % len(voices)] | {"customer_name": "林秋月", "customer_phone": f"139{number % 50_000:08d}"}
        return Ask("/api/v1/cases", headers, body, 201)

    return ask


def raw_size() -> int:
    """Characters of a row of the raw baseline."""
    return len(BODY)


def _phones(phones: list[str], headers: dict[str, str]) -> Callable[[int], Ask]:
    return lambda n: Ask(f"/api/v1/customers?phone={phones[n % len(phones)]}", headers)
