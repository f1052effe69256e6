"""One case in the making: its rows and journal entries, written verb by verb as the real verbs write them.

The actions of ``cases`` need some ten queries each; a year of a company needs a quarter of a million of them. So the
demo keeps a case in memory, mirrors each verb (``agent_verbs``, ``department_verbs``, ``closing_verbs``) and stores
everything with COPY. A test replays one story through the real actions and compares entry by entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bihuan.cases.events import AttentionRaised, CaseAdvanced, CaseClaimed, CaseMessageReceived, CaseOpened
from bihuan.cases.models import Case, Category, Kind, Verb
from bihuan.demo.ledger import Ledger, Owner
from bihuan.demo.loading import Keys, Numbers
from bihuan.demo.patrons import Patron
from bihuan.demo.post import Post
from bihuan.demo.rows import CaseRow, ConversationRow, Row
from bihuan.demo.rulebook import Rulebook
from bihuan.demo.rules import NUMBER_PREFIX, format_number, next_state, prioritize
from bihuan.demo.seasons import SHANGHAI
from bihuan.demo.voices import Told
from bihuan.foundation.actor import Actor, ActorKind, Via
from bihuan.intake.models import Channel, Conversation
from bihuan.journal.actions import Line
from bihuan.organization.models import Staff, Unit
from bihuan.promises.models import PromiseKind

CUSTOMER = Actor(kind=ActorKind.CUSTOMER, id=None, name="customer", via=Via.PORTAL)
OPENER = Actor.system("case-opener")
WATCH = Actor.system("promise-watch")
MAIL_MAN = Actor.system("mail")
ATTENTION = {"LEADER": 1, "REGION": 2, "HQ": 3}


class Halted(Exception):
    """The story goes no further: its next event lies in the future, or the case stays where it shall be found."""


@dataclass
class World:
    """What all cases share. Nothing happens after ``until``."""

    rulebook: Rulebook
    categories: dict[str, Category]
    keys: Keys
    numbers: Numbers
    until: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """How a case begins: what was told by whom, how it came, where it goes."""

    told: Told
    patron: Patron
    channel: Channel
    team: Unit
    urgency: str
    at: datetime
    taken_down_by: Actor = CUSTOMER


@dataclass
class Chronicle:
    """A case with everything that hangs on it. ``stay_at`` is a state and round beyond which nothing happens."""

    world: World
    opening: Opening
    stay_at: tuple[str, int] | None = None
    handoffs: list[Row] = field(default_factory=list)
    evidence: list[Row] = field(default_factory=list)
    callbacks: list[Row] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.world.rulebook, self.world.keys, self.lines.append, self._raise_attention)
        self.post = Post(self.world.keys, self.opening.patron, self.lines.append)
        self.matter = self.opening.patron.refer(self.opening.told.matter)
        self.conversation = self._open_conversation()
        self.case = self._open()

    # --- the beginning

    def _open_conversation(self) -> Row:
        start = self.opening
        return ConversationRow(
            id=self.world.keys.next(Conversation),
            channel=start.channel.value,
            customer_id=start.patron.customer_id,
            reply_to_id=start.patron.email_id if start.channel == Channel.MAIL else None,
            subject=start.patron.refer(start.told.title),
            opened_at=start.at,
        )

    def _open(self) -> Row:
        start, told = self.opening, self.opening.told
        category = self.world.categories[told.category]
        reason = prioritize(category.usual_impact, start.urgency)
        local_day = start.at.astimezone(SHANGHAI).date()
        case = CaseRow(
            id=self.world.keys.next(Case),
            number=format_number(NUMBER_PREFIX[Kind(told.kind)], local_day, next(self.world.numbers)),
            kind=told.kind,
            category_id=category.pk,
            title=self.conversation.subject,
            impact=reason.impact,
            urgency=reason.urgency,
            priority=int(reason.priority),
            happened_when=told.happened_when,
            happened_where=told.happened_where,
            involved=told.involved,
            expected=told.expected,
            waybill=told.waybill,
            customer_id=start.patron.customer_id,
            customer_label=start.patron.label,
            conversation_id=self.conversation.id,
            channel=start.channel.value,
            division_id=start.team.division_id,
            team_id=start.team.pk,
            opened_at=start.at,
            updated_at=start.at,
        )
        self._receive_first(case)
        return case

    def _receive_first(self, case: Row) -> None:
        by_mail = self.opening.channel == Channel.MAIL
        actor = MAIL_MAN if by_mail else self.opening.taken_down_by
        message = self.post.receive(actor, self.conversation, self.matter, self.opening.at, opens=True)
        opener = OPENER if by_mail else actor
        self.post.link(opener, self.conversation, case.number, self.opening.at)
        owner = Owner(case.team_id, audience=(case.team_id,))
        kinds = [PromiseKind.FIRST_REPLY] + [PromiseKind.STATUTORY] * (case.kind == Kind.COMPLAINT)
        for kind in kinds:
            self.ledger.start(opener, case, kind, owner, self.opening.at)
        opened = CaseOpened(
            case_id=case.id,
            number=case.number,
            kind=case.kind,
            category=self.opening.told.category,
            priority=case.priority,
            channel=case.channel,
            message_id=message.id,
        )
        self._write(case, opener, opened, self.opening.at)

    # --- what every verb shares

    def reach(self, at: datetime) -> None:
        """Let time pass up to ``at``. Raises Halted when that lies in the future, or the case stays where it is."""
        if at > self.world.until or (self.case.state, self.case.round) == self.stay_at:
            raise Halted
        self.ledger.run_until(at)

    def halt(self) -> None:
        """Nobody does anything any more: only the clocks go on, up to now."""
        self.ledger.run_until(self.world.until)
        self.case.next_due_at = self.ledger.nearest_due()

    def handle(self, actor: Actor) -> None:
        """The actor works on the case and will not be the one who calls back."""
        if actor.is_staff and actor.id not in self.case.handler_ids:
            self.case.handler_ids = [*self.case.handler_ids, actor.id]

    def own(self, actor: Actor, at: datetime) -> None:
        """An unowned case becomes the actor's."""
        if self.case.owner_id is None:
            self.case.owner_id = actor.id
            self.ledger.move(actor, Owner(self.case.team_id, actor.id), at)
            self.note(actor, CaseClaimed(case_id=self.case.id, before=None, after=actor.id), at)  # type: ignore[arg-type]

    def start_clock(self, actor: Actor, kind: PromiseKind, at: datetime, department_id: int | None = None) -> Row:
        """A promise of the team, or of a department the case is handed to."""
        owner_id = None if department_id else self.case.owner_id
        owner = Owner(department_id or self.case.team_id, owner_id, audience=(self.case.team_id,))
        return self.ledger.start(actor, self.case, kind, owner, at)

    def advance(self, actor: Actor, verb: Verb, at: datetime, message: Row | None = None) -> None:
        """Go along the table of the process."""
        before, self.case.state = self.case.state, next_state(self.case.kind, self.case.state, verb).value
        self.case.updated_at = at
        self.case.next_due_at = self.ledger.nearest_due()
        step = CaseAdvanced(
            case_id=self.case.id,
            verb=verb.value,
            before=before,
            after=self.case.state,
            round=self.case.round,
            message_id=message.id if message else None,
        )
        self.note(actor, step, at)

    def note(self, actor: Actor, event: object, at: datetime, also: Sequence[int] = ()) -> None:
        """Write a journal entry for everybody who may see the case."""
        self._write(self.case, actor, event, at, also)

    def hear(self, text: str, at: datetime) -> None:
        """The customer adds something, in the case's channel."""
        self.reach(at)
        by_mail = self.opening.channel == Channel.MAIL
        message = self.post.receive(MAIL_MAN if by_mail else CUSTOMER, self.conversation, text, at, opens=False)
        received = CaseMessageReceived(case_id=self.case.id, message_id=message.id, channel=self.case.channel)
        self.note(OPENER if by_mail else CUSTOMER, received, at)

    def _write(self, case: Row, actor: Actor, event: object, at: datetime, also: Sequence[int] = ()) -> None:
        units = (case.team_id, *also)
        self.lines.append(Line(actor=actor, entry=event, at=at, units=units, division_id=case.division_id))

    def _raise_attention(self, promise: Row, step: str, at: datetime) -> None:
        if ATTENTION[step] <= (self.case.attention or 0):
            return
        self.case.attention = ATTENTION[step]
        raised = AttentionRaised(case_id=self.case.id, promise_id=promise.id, step=step)
        self.note(WATCH, raised, at)


def desk(staff: Staff) -> Actor:
    """Somebody at his desk."""
    return Actor(kind=ActorKind.STAFF, id=staff.pk, name=staff.name, via=Via.WEB)


def shop(staff: Staff) -> Actor:
    """The account of the shop platform, through the API."""
    return Actor(kind=ActorKind.STAFF, id=staff.pk, name=staff.name, via=Via.API)


def minutes_between(first: datetime, last: datetime) -> float:
    """Plain minutes."""
    return (last - first) / timedelta(minutes=1)
