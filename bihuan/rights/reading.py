"""What goes into a customer's copy: everything kept of them, in clear, and nothing of anybody else."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.cases.models import Case
from bihuan.customers.models import CustomerKind, DatumKind
from bihuan.customers.queries import copy_of, looks, render_own_many
from bihuan.foundation.actor import Actor
from bihuan.intake.models import Direction, Message
from bihuan.intake.queries import spoken_in
from bihuan.parcels.models import Waybill
from bihuan.privacy.models import Consent
from bihuan.rights.copy import Content
from bihuan.rights.models import RightsRequest
from bihuan.sharing.models import Share, SharedField


def read_copy(actor: Actor, request: RightsRequest, at: datetime) -> Content:
    """The content of the copy, for the job that writes it."""
    customer_id = request.customer_id
    copy = copy_of(actor, customer_id)
    return {
        "made_at": _moment(at),
        "kind": str(CustomerKind(copy.kind).label),
        "registered_at": _moment(copy.registered_at),
        "values": [{"kind": str(DatumKind(one.kind).label), "value": one.value} for one in copy.values],
        "consents": _consents(copy.member_ids),
        "cases": _cases(actor, customer_id, copy.member_ids),
        "messages": _messages(actor, customer_id, copy.member_ids),
        "waybills": _waybills(copy.member_ids),
        "recipients": _recipients(copy.registered_at),
        "looks": [
            {"at": _moment(look.at), "by": look.by, "what": list(look.kinds), "purpose": look.purpose}
            for look in looks(customer_id)
        ],
    }


def _consents(member_ids: Iterable[int]) -> list[dict[str, Any]]:
    rows = Consent.objects.filter(customer_id__in=member_ids).order_by("id")
    return [
        {
            "at": _moment(row.said_at),
            "purpose": row.get_purpose_display(),
            "answer": _("同意") if row.is_given else _("不同意"),
            "notice_version": row.notice_version,
            "channel": row.channel,
        }
        for row in rows
    ]


def _cases(actor: Actor, customer_id: int, member_ids: Iterable[int]) -> list[dict[str, Any]]:
    cases = list(Case.objects.filter(customer_id__in=member_ids).select_related("category").order_by("id"))
    titles = render_own_many(actor, customer_id, [case.title for case in cases])
    return [
        {
            "number": case.number,
            "kind": case.get_kind_display(),
            "category": case.category.label,
            "title": title,
            "waybill": case.waybill,
            "opened_at": _moment(case.opened_at),
            "closed_at": _moment(case.closed_at),
            "rating": case.rating,
        }
        for case, title in zip(cases, titles, strict=True)
    ]


def _messages(actor: Actor, customer_id: int, member_ids: Iterable[int]) -> list[dict[str, Any]]:
    talks = Case.objects.filter(customer_id__in=member_ids).values("conversation")
    found: list[Message] = list(spoken_in(talks).order_by("at", "id"))
    bodies = render_own_many(actor, customer_id, [message.body for message in found])
    return [
        {
            "at": _moment(message.at),
            "from": _("我") if message.direction == Direction.IN else _("客服"),
            "text": body,
        }
        for message, body in zip(found, bodies, strict=True)
    ]


def _waybills(member_ids: Iterable[int]) -> list[dict[str, Any]]:
    rows = Waybill.objects.filter(customer_id__in=member_ids).order_by("id")
    return [
        {
            "number": row.number,
            "carrier": row.get_carrier_display(),
            "from": row.origin,
            "to": row.destination,
            "state": row.get_state_display(),
        }
        for row in rows
    ]


def _recipients(since: datetime) -> list[dict[str, Any]]:
    """Whom files with customers' data went to since the customer is known (个人信息保护法 17, 23)."""
    shares = Share.objects.filter(refusal="", shared_at__gte=since).select_related("agreement__department")
    return [
        {
            "at": _moment(share.shared_at),
            "recipient": share.agreement.recipient,
            "purpose": share.agreement.get_purpose_display(),
            "fields": [str(SharedField(code).label) for code in share.fields],
            "region": share.region,
        }
        for share in shares.order_by("id")
    ]


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""
