"""A customer's voice becomes a case."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.cases import clocks
from bihuan.cases.events import CaseOpened
from bihuan.cases.indexing import index_cases
from bihuan.cases.models import Case, Category
from bihuan.cases.permissions import ROLES, CasePermission
from bihuan.cases.priority import Urgency, prioritize
from bihuan.cases.steps import journal
from bihuan.cases.workflow import NUMBER_PREFIX, Kind, format_number
from bihuan.crypto import blind_index
from bihuan.customers import actions as customers
from bihuan.customers import queries as customer_queries
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotAllowed
from bihuan.foundation.files.models import StoredFile
from bihuan.intake import actions as intake
from bihuan.intake.models import Message
from bihuan.organization.queries import find_team

TITLE_LENGTH = 40


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
    category = Category.objects.filter(code=voice.category, retired_on=None).first()
    if category is None:
        raise CategoryUnknown(field="category", category=voice.category)
    if not voice.matter.strip():
        raise MatterMissing(field="matter")
    if voice.kind == Kind.COMPLAINT and not voice.expected.strip():
        raise ExpectedOutcomeMissing(field="expected")
    return category


def _opened_before(voice: Voice, key: str) -> Case | None:
    """The case this key opened, once whoever uses it at the same time has ended. Raises IdempotencyKeyReused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [key])
    known = Case.objects.filter(idempotency_key=key).first()
    if known is not None and bytes(known.idempotency_digest or b"") != _digest(voice):
        raise IdempotencyKeyReused(field="idempotency_key")
    return known


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


def _draw(kind: str, at: datetime) -> Drawn:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('cases_case', 'id')), nextval('cases_case_number')")
        case_id, drawn = cursor.fetchone()
    return Drawn(case_id, format_number(NUMBER_PREFIX[Kind(kind)], timezone.localdate(at), drawn))


def _lift(actor: Actor, customer_id: int | None, voice: Voice, at: datetime) -> dict[str, str]:
    """The free texts of the voice with personal data moved into the vault."""
    names = ("matter", "title", "expected", "happened_when", "happened_where", "involved")
    texts = [getattr(voice, name) for name in names]
    lifted = customers.lift_personal_data_many(actor=actor, customer_id=customer_id, texts=texts, at=at)
    return dict(zip(names, lifted, strict=True))


def _summary(text: str) -> str:
    """The first words of a text; never cut inside a reference to the vault."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[: TITLE_LENGTH - 1]
    opened = cut.rfind("⟦")
    return (cut[:opened] if opened > cut.rfind("⟧") else cut) + "…"


@transaction.atomic
def open_case(*, actor: Actor, voice: Voice, at: datetime) -> Case:
    """Open a case from what a customer said; the same idempotency key gives the same case.

    Raises CategoryUnknown, MatterMissing, ExpectedOutcomeMissing, IdempotencyKeyReused, NotAllowed, NoUnitYet.
    """
    if actor.is_staff and not actor.units(ROLES[CasePermission.OPEN]):
        raise NotAllowed()
    category = _require_complete(voice)
    if voice.idempotency_key and (known := _opened_before(voice, voice.idempotency_key)):
        return known
    customer = customers.find_or_register_customer(
        actor=actor, name=voice.customer_name, phone=voice.customer_phone, email=voice.customer_email, at=at
    )
    customer_id = customer.pk if customer else None
    texts = _lift(actor, customer_id, voice, at)
    drawn = _draw(voice.kind, at)
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
    return create_case(actor=actor, voice=voice, category=category, message=message, texts=texts, drawn=drawn, at=at)


def create_case(
    *,
    actor: Actor,
    voice: Voice,
    category: Category,
    message: Message,
    texts: dict[str, str],
    drawn: Drawn | None = None,
    at: datetime,
) -> Case:
    """Store the case of a received message, start its clocks, make it findable, and journal it.

    ``drawn`` is what its conversation was given already, None for a message that arrived by itself.
    """
    if drawn is None:
        drawn = _draw(voice.kind, at)
        intake.link_number(actor=actor, conversation_id=message.conversation_id, number=drawn.number, at=at)
    case = _new_case(voice, category, message, texts, drawn, at)
    clocks.start_first_clocks(actor, case, at=at)
    case.save(force_insert=True)
    index_cases([(case, texts["matter"])])
    opened = CaseOpened(
        case_id=case.pk,
        number=case.number,
        kind=case.kind,
        category=category.code,
        priority=case.priority,
        channel=case.channel,
        message_id=message.pk,
    )
    journal(actor, case, opened, at=at)
    return case


def _new_case(
    voice: Voice, category: Category, message: Message, texts: dict[str, str], drawn: Drawn, at: datetime
) -> Case:
    reason = prioritize(voice.impact or category.usual_impact, voice.urgency)
    team = find_team(voice.kind, voice.region)
    customer_id = message.conversation.customer_id
    return Case(
        id=drawn.case_id,
        number=drawn.number,
        kind=voice.kind,
        category=category,
        title=texts["title"] or _summary(texts["matter"]),
        impact=reason.impact,
        urgency=reason.urgency,
        priority=reason.priority,
        happened_when=texts["happened_when"],
        happened_where=texts["happened_where"],
        involved=texts["involved"],
        expected=texts["expected"],
        waybill=voice.waybill.strip().upper(),
        customer_id=customer_id,
        customer_label=customer_queries.masked_label(customer_id),
        conversation=message.conversation,
        channel=voice.channel,
        division_id=team.division_id,
        team=team,
        opened_at=at,
        updated_at=at,
        idempotency_key=voice.idempotency_key,
        idempotency_digest=_digest(voice) if voice.idempotency_key else None,
    )
