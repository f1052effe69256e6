"""A customer's voice becomes a case."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.cases import clocks
from bihuan.cases.events import CaseOpened
from bihuan.cases.indexing import index_cases
from bihuan.cases.models import Case, Category, categories_in_use
from bihuan.cases.permissions import ROLES, CasePermission
from bihuan.cases.priority import Urgency, prioritize
from bihuan.cases.steps import journal_many
from bihuan.cases.workflow import NUMBER_PREFIX, Kind, format_number
from bihuan.crypto import blind_index
from bihuan.customers import actions as customers
from bihuan.customers import queries as customer_queries
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotAllowed
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.kept import stamps_held
from bihuan.intake import actions as intake
from bihuan.intake.models import Message
from bihuan.journal.actions import gathered
from bihuan.organization.models import Unit
from bihuan.organization.queries import find_team

TITLE_LENGTH = 40
FREE_TEXTS = ("matter", "title", "expected", "happened_when", "happened_where", "involved")
DRAW = """
    SELECT nextval(pg_get_serial_sequence('cases_case', 'id')), nextval('cases_case_number')
    FROM generate_series(1, %s)
"""


class ExpectedOutcomeMissing(Invalid):
    code = "expected_outcome_missing"
    sentence = _("请写下客户希望怎么解决。知道想要的结果，才能第一次就给对方案。")
    rule = _("投诉登记必须有期望的解决方案")


class CategoryUnknown(Invalid):
    code = "category_unknown"
    sentence = _("没有这个问题分类：{category}。")


class MatterMissing(Invalid):
    code = "matter_missing"
    sentence = _("请写下发生了什么。")


class IdempotencyKeyReused(Invalid):
    code = "idempotency_key_reused"
    sentence = _("这个幂等键已经用于另一份内容，没有新建案件。")
    next_step = _("新的内容请换一个新的幂等键。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What the customer said, as an edge took it down (5W1H, feature 4.2)."""

    kind: str
    category: str
    matter: str
    channel: str
    title: str = ""
    expected: str = ""
    happened_when: str = ""
    happened_where: str = ""
    involved: str = ""
    waybill: str = ""
    region: str = ""
    impact: str = ""
    urgency: str = Urgency.MEDIUM
    customer_name: str = ""
    customer_phone: str = ""
    customer_email: str = ""
    files: Sequence[StoredFile] = field(default=())
    idempotency_key: str | None = None


def _require_complete(voice: Voice) -> Category:
    category = categories_in_use().get(voice.category)
    if category is None:
        raise CategoryUnknown(field="category", category=voice.category)
    if not voice.matter.strip():
        raise MatterMissing(field="matter")
    if voice.kind == Kind.COMPLAINT and not voice.expected.strip():
        raise ExpectedOutcomeMissing(field="expected")
    return category


def _opened_before(voice: Voice) -> Case | None:
    """The case this key opened, once whoever uses it at the same time has ended. Raises IdempotencyKeyReused."""
    key = _kept_key(voice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [key])
    known = Case.objects.filter(idempotency_key=key).first()
    if known is not None and bytes(known.idempotency_digest or b"") != _digest(voice):
        raise IdempotencyKeyReused(field="idempotency_key")
    return known


def _kept_key(voice: Voice) -> str | None:
    """The key as it is kept: what a caller takes for one may be the customer's phone."""
    key = voice.idempotency_key
    return blind_index.digest(key, "cases.idempotency_key").hex() if key else None


def _digest(voice: Voice) -> bytes:
    """What tells one content from another; keyed, for the content holds names and phones."""
    said = {one.name: getattr(voice, one.name) for one in fields(voice) if one.name not in ("idempotency_key", "files")}
    said["files"] = [file.sha256 for file in voice.files]
    return blind_index.digest(json.dumps(said, sort_keys=True), "cases.idempotency")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The id and the number of a case that is about to be stored: with both at hand it is written once."""

    case_id: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A received message on its way to a case. ``texts`` are the voice's free texts without personal data.

    ``drawn`` is what its conversation was given already, None for a message that arrived by itself; ``label`` is the
    customer's masked name, None where it has to be looked up.
    """

    voice: Voice
    category: Category
    message: Message
    texts: dict[str, str]
    drawn: Drawn | None = None
    label: str | None = None


def _draw(kinds: Sequence[str], at: datetime) -> list[Drawn]:
    with connection.cursor() as cursor:
        cursor.execute(DRAW, [len(kinds)])
        rows = cursor.fetchall()
    day = timezone.localdate(at)
    return [
        Drawn(case_id, format_number(NUMBER_PREFIX[Kind(kind)], day, drawn))
        for kind, (case_id, drawn) in zip(kinds, rows, strict=True)
    ]


def _lift(actor: Actor, customer_id: int | None, voice: Voice, at: datetime) -> dict[str, str]:
    """The free texts of the voice with personal data moved into the vault."""
    texts = [getattr(voice, name) for name in FREE_TEXTS]
    lifted = customers.lift_personal_data_many(actor=actor, customer_id=customer_id, texts=texts, at=at)
    return dict(zip(FREE_TEXTS, lifted, strict=True))


def _summary(text: str) -> str:
    """The first words of a text; never cut inside a reference to the vault."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[: TITLE_LENGTH - 1]
    opened = cut.rfind("⟦")
    return (cut[:opened] if opened > cut.rfind("⟧") else cut) + "…"


def open_case(*, actor: Actor, voice: Voice, at: datetime) -> Case:
    """Open a case from what a customer said; the same idempotency key gives the same case.

    Raises CategoryUnknown, MatterMissing, ExpectedOutcomeMissing, IdempotencyKeyReused, NotAllowed, NoUnitYet.
    """
    if actor.is_staff and not actor.units(ROLES[CasePermission.OPEN]):
        raise NotAllowed()
    with stamps_held(), transaction.atomic(), gathered():
        category = _require_complete(voice)
        if voice.idempotency_key and (known := _opened_before(voice)):
            return known
        return _open(actor, voice, category, at)


def _open(actor: Actor, voice: Voice, category: Category, at: datetime) -> Case:
    customer = customers.find_or_register_customer(
        actor=actor, name=voice.customer_name, phone=voice.customer_phone, email=voice.customer_email, at=at
    )
    customer_id = customer.pk if customer else None
    texts = _lift(actor, customer_id, voice, at)
    (drawn,) = _draw([voice.kind], at)
    message = intake.receive_message(
        actor=actor,
        received=intake.Received(
            channel=voice.channel,
            customer_id=customer_id,
            subject=texts["title"] or _summary(texts["matter"]),
            body=texts["matter"],
            files=voice.files,
            is_lifted=True,
            number=drawn.number,
        ),
        at=at,
    )
    label = customer.label if customer else customer_queries.masked_label(None)
    opening = Opening(voice=voice, category=category, message=message, texts=texts, drawn=drawn, label=label)
    return create_cases(actor=actor, openings=[opening], at=at)[0]


def create_cases(*, actor: Actor, openings: Sequence[Opening], at: datetime) -> list[Case]:
    """Store the cases of received messages, start their clocks, make them findable, and journal them.

    As many queries for a thousand as for one. Call it in the transaction that makes their messages known.
    """
    arrived = _numbered(actor, openings, at)
    cases = _new_cases(actor, arrived, at)
    clocks.start_first_clocks(actor, cases, at=at)
    Case.objects.bulk_create(cases)
    index_cases([(case, opening.texts["matter"]) for case, opening in zip(cases, arrived, strict=True)])
    journal_many(actor, [(case, _opened(case, opening)) for case, opening in zip(cases, arrived, strict=True)], at=at)
    return cases


def _numbered(actor: Actor, openings: Sequence[Opening], at: datetime) -> list[Opening]:
    """The openings, each with its number; a conversation that has none yet is given it."""
    waiting = [opening for opening in openings if opening.drawn is None]
    if not waiting:
        return list(openings)
    drawn = iter(_draw([opening.voice.kind for opening in waiting], at))
    numbered = [opening if opening.drawn else replace(opening, drawn=next(drawn)) for opening in openings]
    numbers = {
        new.message.conversation_id: new.drawn.number
        for old, new in zip(openings, numbered, strict=True)
        if old.drawn is None and new.drawn
    }
    intake.link_numbers(actor=actor, numbers=numbers, at=at)
    return numbered


def _opened(case: Case, opening: Opening) -> CaseOpened:
    return CaseOpened(
        case_id=case.pk,
        number=case.number,
        kind=case.kind,
        category=opening.category.code,
        priority=case.priority,
        channel=case.channel,
        message_id=opening.message.pk,
    )


def _new_cases(actor: Actor, openings: Sequence[Opening], at: datetime) -> list[Case]:
    # what an agent takes down without a province stays with the agent's own teams
    near = actor.units(ROLES[CasePermission.OPEN]) if actor.is_staff else frozenset()
    teams: dict[tuple[str, str], Unit] = {}
    for voice in (opening.voice for opening in openings):
        if (voice.kind, voice.region) not in teams:
            teams[voice.kind, voice.region] = find_team(voice.kind, voice.region, near)
    labels = _labels(openings)
    return [
        _new_case(opening, teams[opening.voice.kind, opening.voice.region], label, at)
        for opening, label in zip(openings, labels, strict=True)
    ]


def _labels(openings: Sequence[Opening]) -> list[str]:
    """The masked name of each customer, one query for those nobody has looked up yet."""
    ids = [opening.message.conversation.customer_id for opening in openings]
    unknown = {found for found, opening in zip(ids, openings, strict=True) if found and opening.label is None}
    names = customer_queries.masked_labels(unknown) if unknown else {}
    nobody = customer_queries.masked_label(None)
    return [
        opening.label if opening.label is not None else names.get(found or 0, nobody)
        for found, opening in zip(ids, openings, strict=True)
    ]


def _new_case(opening: Opening, team: Unit, label: str, at: datetime) -> Case:
    voice, texts, drawn = opening.voice, opening.texts, opening.drawn
    assert drawn is not None  # numbered above
    reason = prioritize(voice.impact or opening.category.usual_impact, voice.urgency)
    return Case(
        id=drawn.case_id,
        number=drawn.number,
        kind=voice.kind,
        category=opening.category,
        title=texts["title"] or _summary(texts["matter"]),
        impact=reason.impact,
        urgency=reason.urgency,
        priority=reason.priority,
        happened_when=texts["happened_when"],
        happened_where=texts["happened_where"],
        involved=texts["involved"],
        expected=texts["expected"],
        waybill=voice.waybill.strip().upper(),
        customer_id=opening.message.conversation.customer_id,
        customer_label=label,
        conversation=opening.message.conversation,
        channel=voice.channel,
        division_id=team.division_id,
        team=team,
        opened_at=at,
        updated_at=at,
        idempotency_key=_kept_key(voice),
        idempotency_digest=_digest(voice) if voice.idempotency_key else None,
    )
