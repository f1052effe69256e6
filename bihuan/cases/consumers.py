"""What cases do about entries written below them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from bihuan.cases import clocks
from bihuan.cases.actions.following import acknowledge_case
from bihuan.cases.actions.opening import FREE_TEXTS, Opening, create_cases
from bihuan.cases.events import AttentionRaised, CaseMessageReceived
from bihuan.cases.indexing import add_words
from bihuan.cases.models import Case, Category, categories_in_use
from bihuan.cases.steps import journal
from bihuan.cases.triage import voice_of
from bihuan.foundation.actor import Actor
from bihuan.intake.models import Channel, Message
from bihuan.journal.models import StoredEntry
from bihuan.journal.registry import consumer

OPENER = Actor.system("case-opener")
WATCH = Actor.system("promise-watch")
# channels whose messages arrive by themselves; the others open their case in the same act
ARRIVING = frozenset({Channel.MAIL, Channel.IMPORT})
Told = tuple[Message, Mapping[str, Any]]  # a message and the hints it came with
ATTENTION = {"LEADER": 1, "REGION": 2, "HQ": 3}


@consumer("cases.opener", "message.received")
def open_cases_of_messages(batch: Sequence[StoredEntry]) -> None:
    """A message of an arriving channel opens a case, or is put on the timeline of the case it belongs to."""
    arrived = [entry for entry in batch if entry.payload["channel"] in ARRIVING]
    messages = Message.objects.select_related("conversation").in_bulk([e.payload["message_id"] for e in arrived])
    talks = [messages[entry.payload["message_id"]].conversation_id for entry in arrived]
    cases = {case.conversation_id: case for case in Case.objects.filter(conversation_id__in=talks)}
    # entries of one import have one moment, so a thousand of them cost as many queries as one
    for at, entries in groupby(arrived, key=lambda entry: entry.at):
        told = [(messages[entry.payload["message_id"]], entry.payload["hints"]) for entry in entries]
        opening = [(message, hints) for message, hints in _first_of_each(told) if message.conversation_id not in cases]
        opened = _open(opening, at)
        cases.update((case.conversation_id, case) for case in opened)
        begun = {message.pk for message, _hints in opening}
        for message, _hints in told:
            if message.pk not in begun:
                _append(cases[message.conversation_id], message, at)


def _first_of_each(told: Iterable[Told]) -> list[Told]:
    """The message that begins each conversation."""
    first: dict[int, Told] = {}
    for message, hints in told:
        first.setdefault(message.conversation_id, (message, hints))
    return list(first.values())


def _open(told: Sequence[Told], at: datetime) -> list[Case]:
    if not told:
        return []
    categories = categories_in_use()
    openings = [_opening(message, hints, categories) for message, hints in told]
    cases = create_cases(actor=OPENER, openings=openings, at=at)
    for case in cases:
        if case.channel == Channel.MAIL:
            acknowledge_case(actor=OPENER, case=case, at=at)
    return cases


def _opening(message: Message, hints: Mapping[str, Any], categories: Mapping[str, Category]) -> Opening:
    talk = message.conversation
    voice = voice_of(text=message.body, subject=talk.subject, channel=talk.channel, hints=hints)
    texts = {name: getattr(voice, name) for name in FREE_TEXTS}
    return Opening(voice=voice, category=categories[voice.category], message=message, texts=texts)


def _append(case: Case, message: Message, at: datetime) -> None:
    add_words(case.pk, message.body)
    received = CaseMessageReceived(case_id=case.pk, message_id=message.pk, channel=message.conversation.channel)
    journal(OPENER, case, received, at=at)


@consumer("cases.attention", "promise.escalated")
def raise_attention(batch: Sequence[StoredEntry]) -> None:
    """A promise at risk or late shows on the lists of the leader, the region and headquarters in turn."""
    about = [entry for entry in batch if entry.subject == clocks.SUBJECT]
    cases = Case.objects.select_for_update().in_bulk(sorted({entry.payload["subject_id"] for entry in about}))
    for entry in about:
        case = cases[entry.payload["subject_id"]]
        step = entry.payload["step"]
        if not case.is_open or ATTENTION[step] <= (case.attention or 0):
            continue
        case.attention = ATTENTION[step]
        case.save(update_fields=["attention"])
        raised = AttentionRaised(case_id=case.pk, promise_id=entry.payload["promise_id"], step=step)
        journal(WATCH, case, raised, at=entry.at)


@consumer("cases.dues", "promise.recomputed")
def follow_due_times(batch: Sequence[StoredEntry]) -> None:
    """A due time computed anew moves its case in every queue that is ordered by it."""
    moved = sorted({entry.payload["subject_id"] for entry in batch if entry.subject == clocks.SUBJECT})
    for case in Case.objects.open().filter(pk__in=moved).select_for_update(of=("self",)).order_by("pk"):
        clocks.follow_due_times(case)
