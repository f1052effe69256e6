"""Everything about a customer on one line, the newest first, a page at a time.

Each source answers one question: its newest items before a place. Merging their answers and cutting to a page gives
the newest items of all, so a page costs one query per source however long the life of the customer is. A new source
(parcels, surveys, points) is one more function in ``SOURCES``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.cases.models import Case
from bihuan.cases.queries import SUBJECT
from bihuan.customers.models import Customer, RevealPurpose
from bihuan.customers.queries import entries_about, render_masked_many
from bihuan.foundation.actor import Actor
from bihuan.foundation.paging import PageKeyInvalid
from bihuan.intake.models import Direction, Message
from bihuan.intake.queries import spoken_in
from bihuan.journal.models import StoredEntry
from bihuan.promises.models import Promise, PromiseState
from bihuan.promises.queries import promises_of
from bihuan.web.components import EventKind, Tag, TimelineEvent, Tone

PAGE = 30


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which item a page begins: its moment, the rank of its source, its id."""

    at: datetime
    rank: int
    id: int

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """None for the first page. Raises PageKeyInvalid."""
        if not text:
            return None
        moment, _bar, rest = text.partition("|")
        rank, _bar, row_id = rest.partition("|")
        at = parse_datetime(moment)
        if at is None or not (rank.isdecimal() and row_id.isdecimal()):
            raise PageKeyInvalid(field="after")
        return cls(at, int(rank), int(row_id))

    def __str__(self) -> str:
        return f"{self.at.isoformat()}|{self.rank}|{self.id}"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened, as the ``event`` component shows it."""

    place: Place
    event: TimelineEvent
    url: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Whose timeline, for whom, from where, how much."""

    actor: Actor
    customer_id: int
    before: Place | None
    limit: int

    @property
    def family(self) -> "QuerySet[Any]":
        """The customer and everybody merged with it, as a subquery."""
        return Customer.objects.family_of(self.customer_id).values("pk")

    @property
    def cases(self) -> "QuerySet[Case]":
        """The family's cases that the reader may see."""
        return Case.objects.visible_to(self.actor).filter(customer__in=self.family)

    def newest(self, rows: "QuerySet[Any]", moment: str, rank: int) -> list[Any]:
        """The newest rows of a source behind the place."""
        if self.before is not None:
            at, reached = self.before.at, Q(pk__lt=self.before.id) if rank == self.before.rank else Q()
            tie = Q(**{moment: at}) & reached if rank <= self.before.rank else Q(pk__in=())
            rows = rows.filter(Q(**{f"{moment}__lt": at}) | tie)
        return list(rows.order_by(f"-{moment}", "-pk")[: self.limit + 1])


Source = Callable[[Question, int], list[Item]]


def timeline_page(
    actor: Actor, customer_id: int, *, after: str = "", limit: int = PAGE
) -> tuple[list[Item], str | None]:
    """One page of the timeline, and the place where the next one begins. Raises PageKeyInvalid."""
    question = Question(actor, customer_id, Place.parse(after), limit)
    found = [item for rank, source in enumerate(SOURCES) for item in source(question, rank)]
    found.sort(key=lambda item: (item.place.at, item.place.rank, item.place.id), reverse=True)
    page = found[:limit]
    return page, str(page[-1].place) if len(found) > limit else None


ENTRY_WORDS = {
    "customer.registered": gettext_lazy("登记客户"),
    "customer.named": gettext_lazy("登记姓名"),
    "customer.phone_added": gettext_lazy("登记电话"),
    "customer.email_added": gettext_lazy("登记邮箱"),
    "customer.address_added": gettext_lazy("登记地址"),
    "customer.identity_added": gettext_lazy("登记账号"),
    "customer.contact_confirmed": gettext_lazy("确认联系方式属于本人"),
    "customer.merged": gettext_lazy("合并档案"),
    "customer.unmerged": gettext_lazy("撤销合并"),
    "customer.looked_at": gettext_lazy("打开客户档案"),
    "customer.revealed": gettext_lazy("查看明文"),
    "customer.corrected": gettext_lazy("更正资料"),
    "customer.erased": gettext_lazy("删除资料"),
    "rights.asked": gettext_lazy("提出权利请求"),
    "rights.proved": gettext_lazy("核实身份"),
    "rights.fulfilled": gettext_lazy("办好权利请求"),
    "rights.refused": gettext_lazy("拒绝权利请求"),
    "rights.copy_fetched": gettext_lazy("取走资料副本"),
}


def vault_items(question: Question, rank: int) -> list[Item]:
    """What the vault noted: registrations, merges, looks."""
    rows = entries_about(question.customer_id, list(ENTRY_WORDS))
    return [_vault_item(entry, rank) for entry in question.newest(rows, "at", rank)]


def _vault_item(entry: StoredEntry, rank: int) -> Item:
    tags = []
    if entry.code == "customer.revealed":
        tags = [Tag(RevealPurpose(entry.payload["purpose"]).label, Tone.NOTE, "eye")]
    event = TimelineEvent(
        kind=EventKind.SYSTEM,
        who=_("客户") if entry.actor_kind == "CUSTOMER" else entry.actor_name,
        at=entry.at,
        what=str(ENTRY_WORDS[entry.code]),
        tags=tags,
    )
    return Item(Place(entry.at, rank, entry.id), event)


def message_items(question: Question, rank: int) -> list[Item]:
    """What was said either way in the cases the reader may see; notes of colleagues stay in their case."""
    rows = spoken_in(question.cases.values("conversation"))
    found = question.newest(rows, "at", rank)
    bodies = render_masked_many([message.body for message in found])
    return [_message_item(message, body, rank) for message, body in zip(found, bodies, strict=True)]


def _message_item(message: Message, body: str, rank: int) -> Item:
    incoming = message.direction == Direction.IN
    event = TimelineEvent(
        kind=EventKind.CUSTOMER if incoming else EventKind.REPLY,
        who=_("客户") if incoming else message.author_name or _("系统"),
        at=message.at,
        what=str(message.conversation.get_channel_display()),
        body=body,
    )
    return Item(Place(message.at, rank, message.pk), event)


def case_items(question: Question, rank: int) -> list[Item]:
    """The cases, where they were opened."""
    found = question.newest(question.cases.select_related("category"), "opened_at", rank)
    titles = render_masked_many([case.title for case in found])
    return [_case_item(case, title, rank) for case, title in zip(found, titles, strict=True)]


def _case_item(case: Case, title: str, rank: int) -> Item:
    tone = Tone.KEPT if case.closed_at else Tone.TRACK
    event = TimelineEvent(
        kind=EventKind.HANDOFF,
        who=case.number,
        at=case.opened_at,
        what=f"{case.get_kind_display()} · {case.category.label} · {title}",
        tags=[Tag(case.get_state_display(), tone, "folder")],
    )
    return Item(Place(case.opened_at, rank, case.pk), event, case.number)


def promise_items(question: Question, rank: int) -> list[Item]:
    """What was promised in these cases, where the promise was given."""
    rows = promises_of(SUBJECT, question.cases.values("pk"))
    return [_promise_item(promise, rank) for promise in question.newest(rows, "started_at", rank)]


def _promise_item(promise: Promise, rank: int) -> Item:
    tones = {PromiseState.KEPT: Tone.KEPT, PromiseState.BROKEN: Tone.LATE, PromiseState.PAUSED: Tone.PAUSED}
    event = TimelineEvent(
        kind=EventKind.PROMISE,
        who=_("系统"),
        at=promise.started_at,
        what=str(promise.get_kind_display()),
        tags=[Tag(promise.get_state_display(), tones.get(PromiseState(promise.state), Tone.TRACK), "clock")],
    )
    return Item(Place(promise.started_at, rank, promise.pk), event)


SOURCES: Sequence[Source] = (vault_items, promise_items, case_items, message_items)
