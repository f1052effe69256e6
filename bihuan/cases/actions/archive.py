"""The archive bundle of a case: PDF for people, JSON for machines, and a checksum over both (features 4.16, R73)."""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from bihuan.cases.access import access_case
from bihuan.cases.causes import CauseCode, WaybillStage
from bihuan.cases.events import CaseArchived
from bihuan.cases.models import Case
from bihuan.cases.permissions import CasePermission
from bihuan.cases.steps import journal
from bihuan.cases.timeline import timeline
from bihuan.customers.queries import render_masked_many
from bihuan.foundation.actor import Actor

# a font every PDF reader brings for Chinese, so none has to be shipped
FONT = "STSong-Light"
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip with ``case.json``, ``case.pdf`` and ``SHA256SUMS``; ``sha256`` is that of ``case.json``."""

    name: str
    content: bytes
    sha256: str


@transaction.atomic
def archive_case(*, actor: Actor, case_id: int, at: datetime) -> Archive:
    """Bundle a case with its whole timeline; the checksum is kept in the journal, so a bundle can be verified."""
    case = access_case(actor, case_id, to=CasePermission.ARCHIVE)
    document = json.dumps(case_document(case), ensure_ascii=False, indent=1, sort_keys=True).encode()
    parts = {"case.json": document, "case.pdf": render_pdf(case)}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    parts["SHA256SUMS"] = "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    journal(actor, case, CaseArchived(case_id=case.pk, sha256=sums["case.json"]), at=at)
    return Archive(name=f"{case.number}.zip", content=bundle.getvalue(), sha256=sums["case.json"])


def case_document(case: Case) -> dict[str, Any]:
    """The whole case as plain data."""
    title, expected, findings, solution = render_masked_many([case.title, case.expected, case.findings, case.solution])
    return {
        "format": FORMAT_VERSION,
        "number": case.number,
        "kind": case.kind,
        "state": case.state,
        "category": case.category.code,
        "title": title,
        "priority": case.priority,
        "expected": expected,
        "waybill": case.waybill,
        "customer": case.customer_label,
        "opened_at": case.opened_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "rounds": case.round,
        "level": case.level,
        "findings": findings,
        "solution": solution,
        "cause": case.cause,
        "cause_stage": case.cause_stage,
        "cause_station": case.cause_station,
        "rating": case.rating,
        "timeline": [
            {
                "at": event.at.isoformat(),
                "code": event.code,
                "by": event.by,
                "words": event.words,
                "files": [{"name": file.name, "sha256": file.sha256} for file in event.files],
            }
            for event in timeline(case)
        ],
    }


def render_pdf(case: Case) -> bytes:
    """The archive as pages to read."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    plain = ParagraphStyle("plain", fontName=FONT, fontSize=10, leading=15, wordWrap="CJK")
    head = ParagraphStyle("head", parent=plain, fontSize=16, leading=24)
    small = ParagraphStyle("small", parent=plain, fontSize=9, leading=13, textColor="#566666")
    document = case_document(case)
    story: list[Any] = [Paragraph(escape(f"{case.number} {document['title']}"), head), Spacer(1, 4 * mm)]
    for label, value in _facts(case, document):
        story.append(Paragraph(f"{escape(str(label))}：{escape(str(value))}", plain))
    story.append(Spacer(1, 6 * mm))
    for event in document["timeline"]:
        at = timezone.localtime(datetime.fromisoformat(event["at"]))
        story.append(Paragraph(escape(f"{at:%Y-%m-%d %H:%M}  {event['by']}  {event['code']}"), small))
        if event["words"]:
            story.append(Paragraph(escape(event["words"]).replace("\n", "<br/>"), plain))
    target = io.BytesIO()
    margin = 18 * mm
    SimpleDocTemplate(
        target,
        pagesize=A4,
        title=case.number,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=margin,
    ).build(story)
    return target.getvalue()


def _facts(case: Case, document: dict[str, Any]) -> list[tuple[str, str]]:
    cause = str(CauseCode(case.cause).label) if case.cause else ""
    stage = str(WaybillStage(case.cause_stage).label) if case.cause_stage else ""
    facts = [
        (_("类型"), f"{case.get_kind_display()} · {case.category.label}"),
        (_("阶段"), case.get_state_display()),
        (_("客户"), case.customer_label),
        (_("运单"), case.waybill),
        (_("期望"), document["expected"]),
        (_("查明"), document["findings"]),
        (_("方案"), document["solution"]),
        (_("根本原因"), " · ".join(part for part in (cause, stage, case.cause_station) if part)),
        (_("评分"), str(case.rating or "")),
    ]
    return [(label, value) for label, value in facts if value]
