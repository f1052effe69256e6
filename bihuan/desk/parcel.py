"""The parcel beside a case: its journey with what seems wrong, the incident that holds it up, and scans as evidence."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.cases import actions, queries
from bihuan.cases.models import Case
from bihuan.cases.queries import CasePermission
from bihuan.foundation.errors import Invalid, NotVisible
from bihuan.foundation.files.store import store_file
from bihuan.foundation.moment import now
from bihuan.incidents.queries import incident_of_case
from bihuan.parcels.actions import request_inquiry
from bihuan.parcels.queries import Inquiry, Parcel, evidence_of, find_inquiry, find_parcel, get_scan, normalize


@login_required
@require_GET
def show_parcel(request: HttpRequest, number: str) -> HttpResponse:
    """The fragment of the right panel. It loads by itself, so nothing about a parcel ever holds up the case."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    case = queries.get_case(actor=actor, number=number)
    parcel, inquiry = _stored(case, at)
    context = {
        "case": case,
        "parcel": parcel,
        "inquiry": inquiry,
        "is_asking": inquiry is not None and inquiry.is_open(at),
        "at": at,
        "incident": incident_of_case(case_id=case.pk),
        "may_write": case.is_open and queries.allows(actor, CasePermission.WRITE, case),
        "differs": parcel is not None and parcel.category not in ("", case.category.code),
    }
    return render(request, "desk/parts/parcel.html", context)


def _stored(case: Case, at: datetime) -> tuple[Parcel | None, Inquiry | None]:
    """What is known of the parcel now. When that is old a job asks the carriers, and the page is told live."""
    try:
        parcel = find_parcel(number=case.waybill, at=at) if case.waybill else None
        carrier = parcel.carrier_code if parcel else ""
        inquiry = find_inquiry(number=case.waybill, carrier=carrier) if case.waybill else None
    except Invalid:
        return None, None
    if inquiry is not None and (inquiry.is_due(at) or inquiry.is_open(at)):
        inquiry = request_inquiry(number=inquiry.number, carrier=carrier, units=case.audience, at=at)
    return parcel, inquiry


@login_required
@require_POST
def take_evidence(request: HttpRequest, number: str, scan_id: int) -> HttpResponse:
    """Put one scan into the evidence of the case, as a file whose hash stands in the journal."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    case = queries.get_case(actor=actor, number=number)
    if not queries.allows(actor, CasePermission.WRITE, case):
        raise NotVisible()
    scan = get_scan(actor=actor, number=normalize(case.waybill), scan_id=scan_id)
    name = f"scan-{scan.waybill.number}-{scan.pk}.txt"
    file = store_file(name=name, content=evidence_of(scan), content_type="text/plain", at=at)
    item = _("扫描记录：{code} {place}").format(code=scan.get_code_display(), place=scan.place)[:80]
    actions.add_evidence(actor=actor, case_id=case.pk, item=item, file=file, statement="", at=at)
    messages.success(request, _("证据已存入。"))
    return redirect("case_page", number)
