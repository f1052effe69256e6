"""The plain data that the components of the pages take. No queries, no HTML; ``COMPONENTS.md`` shows each one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from bihuan.web.wording import remaining_words

Text = str | LazyText

# A promise is at risk when this share of its working time is used (percent).
RISK_SHARE = 80


class Tone(StrEnum):
    """One meaning per colour; each is shown with an icon or ring and a word."""

    TRACK = "track"
    RISK = "risk"
    LATE = "late"
    KEPT = "kept"
    PAUSED = "paused"
    NOTE = "note"


TONE_WORDS: Mapping[str, Text] = {
    Tone.TRACK: _("进行中"),
    Tone.RISK: _("临期"),
    Tone.LATE: _("已超时"),
    Tone.KEPT: _("已兑现"),
    Tone.PAUSED: _("已暂停"),
}


@dataclass(frozen=True, slots=True)
class PromiseLook:
    """A promise as a ring and words. ``share`` is the percentage of working time used."""

    tone: Tone
    share: int
    text: Text = ""
    word: Text = ""

    @property
    def label(self) -> Text:
        return self.word or TONE_WORDS[self.tone]

    @classmethod
    def of(cls, state: str, *, due_at: datetime, at: datetime, share: int, coarse: bool = False) -> "PromiseLook":
        """Look of a promise of the ``promises`` module; ``share`` as its clock counts it."""
        if state == "PAUSED":
            return cls(Tone.PAUSED, share)
        if state == "KEPT":
            return cls(Tone.KEPT, 100)
        if state == "BROKEN" or due_at < at:
            return cls(Tone.LATE, 100, remaining_words(due_at, at, coarse=coarse))
        tone = Tone.RISK if share >= RISK_SHARE else Tone.TRACK
        return cls(tone, share, remaining_words(due_at, at, coarse=coarse))


@dataclass(frozen=True, slots=True)
class Action:
    """A button: a link, or with ``post`` a one-button form. ``key`` is its keyboard shortcut."""

    label: Text
    url: str
    post: bool = False
    primary: bool = False
    icon: str = ""
    key: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a process; ``state`` is done, now or todo."""

    name: Text
    note: Text = ""
    state: str = "todo"
    text: Text = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise clock: ring, what was promised, how long is left, and where to read why."""

    look: PromiseLook
    title: Text
    value: Text = ""
    note: Text = ""
    why_url: str = ""


class SpanKind(StrEnum):
    COUNTED = "counted"
    WAITING = "waiting"
    PAUSED = "paused"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the line between the start of a promise and its due time."""

    kind: SpanKind
    start_at: datetime
    end_at: datetime
    label: Text = ""


@dataclass(frozen=True, slots=True)
class WhyStep:
    """One line of the sum that leads to a due time."""

    text: Text
    amount: Text = ""
    detail: Text = ""
    paused: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why is it this time? The line drawn, the sum, and what may be done about it."""

    title: Text
    subtitle: Text
    steps: Sequence[WhyStep]
    total: Text
    total_amount: Text
    spans: Sequence[Span] = ()
    at: datetime | None = None
    assurance: Text = ""
    hint: Text = ""
    actions: Sequence[Action] = ()


@dataclass(frozen=True, slots=True)
class FileChip:
    name: str
    url: str = ""
    content_type: str = ""
    size: int | None = None


class EventKind(StrEnum):
    CUSTOMER = "customer"
    REPLY = "reply"
    NOTE = "note"
    SYSTEM = "system"
    HANDOFF = "handoff"
    EVIDENCE = "evidence"
    CALLBACK = "callback"
    REMINDER = "reminder"
    PROMISE = "promise"


@dataclass(frozen=True, slots=True)
class Tag:
    text: Text
    tone: Tone | None = None
    icon: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One thing that happened to a case. ``what`` stands beside the name, ``body`` is what was said, in a box."""

    kind: EventKind
    who: Text
    at: datetime
    what: Text = ""
    body: Text = ""
    files: Sequence[FileChip] = ()
    tags: Sequence[Tag] = ()
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line of the evidence checklist; ``tone`` None means nobody has asked for it yet."""

    name: Text
    detail: Text = ""
    tone: Tone | None = None
    word: Text = ""
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    title: Text
    detail: Text = ""
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal that explains: which rule, whose rule, what became of the input, what to do next, and the code."""

    title: Text
    sentence: Text
    code: str
    rule: Text = ""
    owner: Text = ""
    kept: Text = ""
    steps: Sequence[NextStep] = ()


@dataclass(frozen=True, slots=True)
class SegItem:
    label: Text
    url: str
    is_on: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing a list can be narrowed to; ``value`` is what the address bar holds, empty for all."""

    name: str
    label: Text
    options: Sequence[tuple[Any, Text]]
    value: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """Head of a table column; with ``url`` the head sorts, ``sorted`` is ascending, descending or empty."""

    label: Text
    url: str = ""
    sorted: str = ""
    right: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class PhoneCard:
    """A hand-off on a phone: promise and priority, what it is, what is asked, where it belongs."""

    url: str
    look: PromiseLook
    priority: int
    title: Text
    ask: Text = ""
    trail: Text = ""
    by: Text = ""
    note: Text = ""
    note_icon: str = "corner-up-left"


@dataclass(frozen=True, slots=True)
class DataLook:
    """Who looked at a customer's data, when, and what for."""

    who: Text
    at: datetime
    what: Text


@dataclass(frozen=True, slots=True)
class TrackScan:
    """One scan of a parcel; ``bad`` marks an exception."""

    text: Text
    when: Text
    detail: Text = ""
    bad: bool = False
