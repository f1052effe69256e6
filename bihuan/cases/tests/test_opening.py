"""Cases of arriving messages are opened many at a time, with as many queries for ten as for two."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.cases.actions.opening import FREE_TEXTS, Opening, create_cases
from bihuan.cases.models import Case, Category
from bihuan.cases.tests.factories import a_voice
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed
from bihuan.foundation.moment import now
from bihuan.intake import actions as intake
from bihuan.intake.actions import ReferenceTaken
from bihuan.intake.models import ConversationReference
from bihuan.journal.models import StoredEntry
from bihuan.promises.models import Promise
from tests.people import Company, acting

pytestmark = pytest.mark.django_db

JOB = Actor.system("tests")
MATTERS = ["紫砂壶碎了", "相机不见了", "周末派送吗", "柜子打不开", "多收了运费"] * 2


def _openings(count: int) -> list[Opening]:
    category = Category.objects.get(code="LOSS")
    made = []
    for matter in MATTERS[:count]:
        received = intake.Received(channel="IMPORT", body=matter)
        message = intake.receive_message(actor=JOB, received=received, at=now())
        voice = a_voice(kind="COMPLAINT" if len(made) % 2 else "CONSULTATION", matter=matter, channel="IMPORT")
        texts = dict.fromkeys(FREE_TEXTS, "") | {"matter": matter}
        made.append(Opening(voice=voice, category=category, message=message, texts=texts))
    return made


def _queries(openings: list[Opening]) -> int:
    with CaptureQueriesContext(connection) as asked:
        create_cases(actor=JOB, openings=openings, at=now())
    return len(asked)


def test_ten_cases_cost_as_many_queries_as_two(company: Company) -> None:
    _queries(_openings(2))  # fills the caches that every process fills once
    few, many = _openings(2), _openings(10)
    assert _queries(many) <= _queries(few)


def test_each_case_has_its_number_clocks_words_and_entries(company: Company) -> None:
    openings = _openings(4)
    cases = create_cases(actor=JOB, openings=openings, at=now())
    assert [case.title for case in cases] == MATTERS[:4]
    assert [case.number[:3] for case in cases] == ["ZX-", "TS-", "ZX-", "TS-"]
    assert len({case.number for case in cases}) == 4
    for case, opening in zip(cases, openings, strict=True):
        stored = Case.objects.get(pk=case.pk)
        promises = Promise.objects.filter(subject="case", subject_id=case.pk)
        assert promises.count() == (2 if case.kind == "COMPLAINT" else 1)
        assert stored.next_due_at == min(promise.due_at for promise in promises)
        assert ConversationReference.objects.get(number=case.number).conversation_id == opening.message.conversation_id
        codes = StoredEntry.objects.filter(subject="case", subject_id=case.pk).values_list("code", flat=True)
        assert "case.opened" in codes


def test_a_number_of_another_conversation_is_refused_and_links_nothing(company: Company) -> None:
    first, second = (opening.message.conversation_id for opening in _openings(2))
    intake.link_numbers(actor=JOB, numbers={first: "TS-1"}, at=now())
    with pytest.raises(ReferenceTaken):
        intake.link_numbers(actor=JOB, numbers={second: "TS-1"}, at=now())
    with pytest.raises(NotAllowed):
        intake.link_numbers(actor=acting(company.lin), numbers={second: "TS-2"}, at=now())
    assert list(ConversationReference.objects.values_list("conversation_id", "number")) == [(first, "TS-1")]
