"""Cases through the API: opened once, listed and searched within rights, page after page."""

import json
import threading
from base64 import urlsafe_b64encode

import pytest
from django.db import connection

from bihuan.api.tests.caller import LOST, Caller
from bihuan.cases.models import Case
from bihuan.customers.models import Customer
from bihuan.intake.models import Message
from bihuan.journal.models import StoredEntry
from tests.people import Company, build_company


def counts() -> tuple[int, int, int, int]:
    """What a write would change."""
    rows = (Case, Message, Customer, StoredEntry)
    return tuple(model.objects.count() for model in rows)  # type: ignore[return-value]


@pytest.mark.feature("15.1")
def test_an_opened_case_is_read_back_with_personal_data_masked(lin: Caller) -> None:
    opened = lin.post("/cases", LOST | {"matter": "我的电话是13800001234，请回电"}, key="order-1")
    assert opened.status_code == 201
    case = opened.json()
    assert (case["kind"], case["state"], case["waybill"]) == ("COMPLAINT", "RECEIVED", "YH773104829156")
    assert "confirm" in case["verbs"] and case["next_due_at"]
    assert lin.get(f"/cases/{case['number']}").json() == case
    assert "13800001234" not in opened.content.decode() and "赵敏娟" not in opened.content.decode()


@pytest.mark.feature("15.1")
def test_the_same_request_twice_is_one_case(lin: Caller) -> None:
    first, before = lin.post("/cases", LOST, key="order-7"), counts()
    again = lin.post("/cases", LOST, key="order-7")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() and counts() == before


@pytest.mark.feature("15.1")
def test_a_key_that_stood_for_something_else_is_refused(lin: Caller) -> None:
    lin.post("/cases", LOST, key="order-7")
    before = counts()
    other = lin.post("/cases", LOST | {"matter": "另一件事"}, key="order-7")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert other.json()["next_step"] and counts() == before


def test_two_people_may_use_the_same_key(lin: Caller, bai: Caller) -> None:
    numbers = {caller.post("/cases", LOST, key="order-7").json()["number"] for caller in (lin, bai)}
    assert len(numbers) == 2


def test_without_a_key_every_request_is_a_case(lin: Caller) -> None:
    assert lin.open_case() != lin.open_case()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.feature("15.1")
def test_eight_requests_at_once_with_one_key_are_one_case() -> None:
    lin = Caller(build_company().lin)
    start, answers = threading.Barrier(8), []

    def send() -> None:
        start.wait()
        answers.append(lin.post("/cases", LOST, key="order-8"))
        connection.close()

    threads = [threading.Thread(target=send) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert {answer.json()["number"] for answer in answers} == {Case.objects.get().number}
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"expected": ""}, 422, "expected_outcome_missing", "expected"),
        ({"matter": " "}, 422, "matter_missing", "matter"),
        ({"category": "WEATHER"}, 422, "category_unknown", "category"),
        ({"kind": "PRAISE"}, 422, "invalid", "payload.kind"),
        ({"matter": "\x00"}, 422, "invalid", "payload.matter"),
        ({"matter": "长" * 4001}, 422, "invalid", "payload.matter"),
        ({"attachments": ["0" * 32]}, 422, "file_unknown", "attachments"),
    ],
)
def test_an_incomplete_case_is_refused_with_its_field_and_nothing_is_kept(
    lin: Caller, changes: dict[str, object], status: int, code: str, field: str
) -> None:
    before = counts()
    refused = lin.post("/cases", LOST | changes)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert refused.json()["field"] in (field, field.partition(".")[2]) and refused.json()["message"]
    assert counts() == before


def test_a_liaison_opens_no_case(company: Company) -> None:
    before, xu = Case.objects.count(), Caller(company.xu)
    assert (xu.post("/cases", LOST).status_code, Case.objects.count()) == (403, before)


def test_a_case_of_another_region_does_not_exist_here(lin: Caller, bai: Caller) -> None:
    number = lin.open_case()
    for path in (f"/cases/{number}", f"/cases/{number}/timeline"):
        refused = bai.get(path)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert bai.get("/cases").json()["items"] == [] and bai.get("/cases/search", text=number).json()["items"] == []


@pytest.mark.feature("15.1")
def test_pages_follow_each_other_without_a_gap_or_a_double(lin: Caller) -> None:
    numbers = [lin.open_case() for _position in range(5)]
    seen, after = [], None
    while True:
        page = lin.get("/cases", limit=2, **({"after": after} if after else {})).json()
        seen += [case["number"] for case in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == numbers[::-1]


def test_a_case_that_comes_in_between_moves_no_page(lin: Caller) -> None:
    first, second = lin.open_case(), lin.open_case()
    page = lin.get("/cases", limit=1).json()
    lin.open_case()
    assert [case["number"] for case in page["items"]] == [second]
    assert [case["number"] for case in lin.get("/cases", after=page["next"]).json()["items"]] == [first]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"kind": "COMPLAINT"}, {"lost"}),
        ({"kind": "CONSULTATION"}, {"question"}),
        ({"category": "LOSS"}, {"lost"}),
        ({"waybill": "yh773104829156"}, {"lost"}),
        ({"state": "RECEIVED"}, {"lost", "question"}),
        ({"state": "CLOSED"}, set()),
        ({"is_open": "false"}, set()),
        ({"is_open": "true", "kind": "COMPLAINT"}, {"lost"}),
        ({"priority": 2}, {"lost"}),
    ],
)
def test_a_list_is_narrowed(lin: Caller, wanted: dict[str, object], found: set[str]) -> None:
    named = {
        lin.open_case(): "lost",
        lin.open_case(kind="CONSULTATION", category="SERVICE", waybill="", urgency="LOW"): "question",
    }
    assert {named[case["number"]] for case in lin.get("/cases", **wanted).json()["items"]} == found


def made_up(*values: object) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "after",
    [
        "nonsense",
        "!",
        made_up(),
        made_up(1, 2),
        made_up("2026-11-23T08:00:00+08:00", "2026-11-23T08:00:00+08:00"),
        made_up("2026-11-23T08:00:00", 5),
        made_up("2026-13-45T08:00:00+08:00", 5),
        made_up("0001-01-01T00:00:00+14:00", 5),
        made_up("2026-11-23T08:00:00+08:00", 2**70),
        made_up("2026-11-23T08:00:00+08:00", True),
        made_up("2026-11-23T08:00:00+08:00", None),
    ],
)
def test_a_made_up_place_in_the_list_is_refused(lin: Caller, after: str) -> None:
    refused = lin.get("/cases", after=after)
    assert (refused.status_code, refused.json()["code"]) == (422, "page_key_invalid")


def test_a_search_finds_number_waybill_and_words(lin: Caller) -> None:
    number = lin.open_case()
    for text in (number, number.lower(), "YH773104829156", "镜头", "武汉"):
        assert [case["number"] for case in lin.get("/cases/search", text=text).json()["items"]] == [number]
    assert lin.get("/cases/search", text="冰箱").json()["items"] == []
