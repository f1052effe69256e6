"""What a customer tells us stands clear on no page, in no answer, list, bundle, stream, table or log line.

The routes and requests are those of the permission table, so a new page is read here without further ado. Everybody
reads what he may see as it is before anything is revealed; the one who may and does reveal sees the clear value.
"""

import re
import zlib
from base64 import a85decode
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import ZipFile, is_zipfile

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from bihuan.api.actions import issue_token
from bihuan.customers.queries import card
from bihuan.exports.sealed_file import read_pieces
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.journal.hub import READ, LiveEntry
from bihuan.journal.position import START
from tests.guards.confidences import AROUND, CLEAR, DOORS, EMAIL, NAME, PHONE, build_confident_world, exports_of
from tests.guards.leaks import Leak, leaks_in_database, leaks_in_text, recorded_logs
from tests.guards.routes import Route, all_routes
from tests.guards.visits import ADDRESS, Visit, path_of, visits_of
from tests.guards.world import World
from tests.people import acting

pytestmark = pytest.mark.django_db

LABEL, MASKED_PHONE = "赵**", "138******34"
QUERIES = {"case_search": {"q": "镜头"}, "staff_list": {"q": "林"}}
PDF_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)
PDF_STRING = re.compile(rb"\(((?:\\.|[^\\()])*)\)", re.S)


@dataclass(frozen=True)
class Answer:
    """What somebody was given: by which request, with which status, and everything readable in it."""

    place: str
    status: int
    text: str

    @property
    def is_about_her(self) -> bool:
        return self.status == 200 and (LABEL in self.text or MASKED_PHONE in self.text)


@dataclass
class Told:
    """The world with Zhao's confidences in it, and what was logged while she told them."""

    world: World
    logs: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)

    def read_by(self, reader: str) -> list[Answer]:
        """Everything the reader gets; asked for once."""
        if reader not in self.answers:
            self.answers[reader] = list(answers_to(self.world, reader))
        return self.answers[reader]


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Told]:
    block = transaction.atomic()
    block._from_testcase = True  # as Django's own test case: what insists on its own transaction gets one inside
    with django_db_blocker.unblock(), block:
        with recorded_logs() as logs:
            world = build_confident_world()
        _, world.tokens["narrow_token"] = issue_token(
            actor=Actor.system("tests"), staff_id=world.company.lin.pk, name="narrow", scopes=["case.open"], at=now()
        )
        yield Told(world, logs.getvalue())
        transaction.set_rollback(True)


def answers_to(world: World, reader: str) -> Iterator[Answer]:
    """Everything one reader gets by looking, at every address of every route."""
    looks = [(route, visit) for route in all_routes() if route.method == "GET" for visit in visits_of(route)]
    for route, visit in looks:
        body = {**visit.body(world), **QUERIES.get(route.name, {})}
        for path in paths_of(route, visit, world):
            yield look(world, reader, route, path, body)


def look(world: World, reader: str, route: Route, path: str, body: Mapping[str, Any]) -> Answer:
    """What one reader gets at one address; whatever the look itself leaves behind is taken back."""
    with transaction.atomic():
        answer = world.send(reader, "GET", path, body, as_json=route.is_api)
        text = text_of(content_of(answer))
        transaction.set_rollback(True)
    return Answer(f"{route} {path}", answer.status_code, text)


def paths_of(route: Route, visit: Visit, world: World) -> list[str]:
    """The addresses of a visit: its own, and one for each door Zhao came through and each road her case went."""
    cases = [world.cases[name] for name in (*DOORS, "confirmed")]
    others = {
        "number": [case.number for case in cases],
        "token": [case.public_token for case in cases],
        "customer_id": sorted({case.customer_id for case in cases}),
        "handoff_id": [world.handoffs[name].pk for name in AROUND],
    }
    given = visit.address or {}
    named = [name for name in route.parameters if name in others and name not in given]
    paths = [path_of(route, visit, world)]
    for name in named:
        for value in others[name]:
            address = {**ADDRESS, **given, name: lambda world, value=value: value}
            paths.append(path_of(route, Visit(visit.label, address, visit.body), world))
    return list(dict.fromkeys(paths))


def content_of(answer: Any) -> bytes:
    """The whole content, also of an answer that is sent piece by piece."""
    if not answer.streaming:
        return bytes(answer.content)
    return async_to_sync(_gathered)(answer.streaming_content) if answer.is_async else b"".join(answer)


async def _gathered(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


def text_of(content: bytes) -> str:
    """Everything readable in an answer: the members of an archive or workbook, the strings of a PDF."""
    if content.startswith(b"%PDF"):
        return pdf_text(content)
    if content.startswith(b"PK") and is_zipfile(BytesIO(content)):
        with ZipFile(BytesIO(content)) as archive:
            return "\n".join(f"{name}\n{text_of(archive.read(name))}" for name in archive.namelist())
    return content.decode("utf-8", "replace")


def pdf_text(content: bytes) -> str:
    """The strings that a PDF of ours shows, which are written in UTF-16."""
    found = []
    for stream in PDF_STREAM.findall(content):
        try:
            shown = zlib.decompress(a85decode(b"<~" + stream.strip(), adobe=True))
        except (ValueError, zlib.error):
            continue  # a font or a picture
        for string in PDF_STRING.findall(shown):
            plain = re.sub(rb"\\(\d{3}|.)", lambda it: bytes([int(it[1], 8)]) if len(it[1]) == 3 else it[1], string)
            found.append(plain.decode("utf-16-be", "replace"))
    return "\n".join(found)


# Who meets how many pages with Zhao on them, at least: without them the look for clear values would prove nothing.
READERS = {
    "anonymous": 0,
    "customer": 3,
    "agent": 30,
    "south_agent": 0,
    "supervisor": 30,
    "inspector": 15,
    "liaison": 3,
    "other_liaison": 0,
    "system_admin": 0,
    "security_admin": 0,
    "audit_admin": 10,
    "narrow_token": 0,
}


@pytest.mark.feature("2.4")
@pytest.mark.parametrize("reader", READERS)
def test_nobody_is_shown_a_clear_value_by_looking(told: Told, reader: str) -> None:
    with recorded_logs(sql=False) as logs:
        answers = told.read_by(reader)
    leaks = [leak for answer in answers for leak in leaks_in_text(answer.text, CLEAR, answer.place)]
    assert leaks == []
    assert leaks_in_text(logs.getvalue(), CLEAR, "log") == []
    assert [answer.place for answer in answers if answer.status == 500] == []
    about_her = len([answer for answer in answers if answer.is_about_her])
    refused = len([answer for answer in answers if answer.status in (302, 401, 403, 404)])
    assert about_her >= READERS[reader] and about_her + refused >= 40


def test_lists_taken_out_and_the_bundle_of_a_case_are_masked(told: Told) -> None:
    exports = [text_of(b"".join(read_pieces(job.token))) for job in exports_of(told.world)]
    assert all(LABEL in text and "镜头" in text for text in exports)
    assert [leak for text in exports for leak in leaks_in_text(text, CLEAR, "export")] == []
    bundles = [it for it in told.read_by("supervisor") if it.place.startswith("GET case_archive") and it.status == 200]
    assert any("case.pdf" in it.text and it.text.count(LABEL) >= 2 for it in bundles)


def test_the_live_stream_tells_what_happened_and_not_to_whom(told: Told) -> None:
    with connection.cursor() as cursor:
        cursor.execute(READ, [*START, 100_000])
        texts = [LiveEntry.from_row(START, True, row).text for row in cursor.fetchall()]
    assert len(texts) > 200
    assert [leak for text in texts for leak in leaks_in_text(text, CLEAR, "live stream")] == []


def test_a_dump_and_the_logs_show_nothing(told: Told) -> None:
    assert "INSERT INTO" in told.logs
    assert leaks_in_text(told.logs, CLEAR, "log") == []
    assert leaks_in_database(CLEAR) == []


@pytest.mark.parametrize(("kind", "clear"), [("NAME", NAME), ("PHONE", PHONE), ("EMAIL", EMAIL)])
def test_who_may_look_and_says_why_is_shown_the_clear_value(told: Told, kind: str, clear: str) -> None:
    """The positive control: the values are there, and found where they stand clear."""
    world, case = told.world, told.world.cases["portal"]
    fields = card(acting(world.company.lin), case.customer_id).fields
    field = next(it.field for it in fields if it.kind == kind)
    page = reverse("case_reveal", args=[case.number, field])
    with transaction.atomic():
        shown = world.send("agent", "POST", page, {"purpose": "CALLBACK"}, as_json=False)
        assert leaks_in_text(shown.content.decode(), CLEAR, page) == [Leak(clear, page)]
        refused = world.send("south_agent", "POST", page, {"purpose": "CALLBACK"}, as_json=False)
        assert refused.status_code == 404 and leaks_in_text(refused.content.decode(), CLEAR, page) == []
        transaction.set_rollback(True)
