"""What a visitor does without an account: track a parcel, reckon the freight, look up a city, check a claim."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.foundation.errors import Invalid
from bihuan.foundation.moment import now
from bihuan.incidents.queries import incident_of_waybill
from bihuan.parcels.actions import request_inquiry
from bihuan.parcels.compensation import estimate
from bihuan.parcels.queries import Parcel, find_inquiry, find_parcel, is_tail_of
from bihuan.portal.limits import AskedTooOften, require_patience
from bihuan.portal.selfservice_forms import AreaForm, ClaimForm, QuoteForm, TailForm, TrackForm
from bihuan.tariffs import queries as tariffs
from bihuan.web.components import TrackScan
from bihuan.web.wording import moment_words

LOOKS_PER_MINUTE = 30
NEWS_PER_MINUTE = 60  # a page that waits for the carrier looks again by itself
OUTSIDE_PER_HOUR = 20
TAILS_PER_HOUR = 5
HOUR = 3600


@require_GET
def track(request: HttpRequest) -> HttpResponse:
    """Where is my parcel? Whoever knows the number sees the journey, and nothing about people."""
    asked = "number" in request.GET
    form = TrackForm(request.GET if asked else None)
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        looks = ("news", NEWS_PER_MINUTE) if "HX-Request" in request.headers else ("track", LOOKS_PER_MINUTE)
        require_patience(request, looks[0], limit=looks[1], seconds=60)
        at, number = now(), form.cleaned_data["number"]
        context |= tracked(number, at)
        context |= asked_outside(request, number, context["parcel"], at)
    status = 422 if asked and not form.is_valid() else 200
    return render(request, "portal/track.html", context, status=status)


def tracked(number: str, at: datetime) -> dict[str, Any]:
    """What the page says of a number."""
    parcel = find_parcel(number=number, at=at)
    incident = incident_of_waybill(number=number)
    notice = incident if incident and incident.told_at else None
    return {
        "incident": notice,
        "number": number,
        "parcel": parcel,
        "scans": parcel and scans_of(parcel, at),
        "at": at,
        "tail": TailForm(),
    }


def asked_outside(request: HttpRequest, number: str, parcel: Parcel | None, at: datetime) -> dict[str, object]:
    """What the carriers say of it: a job asks them, and the page looks again until that has ended.

    Look-ups outside cost money, so a visitor has only so many an hour; beyond them the page shows what is stored.
    """
    carrier = parcel.carrier_code if parcel else ""
    inquiry = find_inquiry(number=number, carrier=carrier)
    if inquiry is not None and inquiry.is_due(at) and _may_ask_outside(request):
        inquiry = request_inquiry(number=number, carrier=carrier, at=at)
    return {"inquiry": inquiry, "is_asking": inquiry is not None and inquiry.is_open(at)}


def _may_ask_outside(request: HttpRequest) -> bool:
    try:
        require_patience(request, "outside", limit=OUTSIDE_PER_HOUR, seconds=HOUR)
    except AskedTooOften:
        return False
    return True


def scans_of(parcel: Parcel, at: datetime) -> list[TrackScan]:
    """The journey as the component shows it, exceptions marked with their reason."""
    marks = [TrackScan(finding.sentence, "", str(finding.trouble.label), bad=True) for finding in parcel.marks]
    return marks + [
        TrackScan(
            " · ".join(filter(None, (row.label, row.place))),
            moment_words(row.at, at),
            row.finding.sentence if row.finding else row.text,
            bad=row.finding is not None,
        )
        for row in parcel.scans
    ]


def show_recipient(request: HttpRequest, number: str) -> HttpResponse:
    """The masked recipient, for who knows the last four digits of the phone; five tries an hour for each number."""
    form = TailForm(request.POST or None)
    at = now()
    context = tracked(number, at) | {"form": TrackForm({"number": number}), "tail": form}
    if request.method == "POST" and form.is_valid():
        require_patience(request, "tail", limit=TAILS_PER_HOUR, seconds=HOUR, about=number)
        if is_tail_of(number=number, tail=form.cleaned_data["tail"]):
            context["is_proved"] = True
        else:
            form.add_error("tail", _("和收件人电话的后四位对不上。"))
    status = 422 if request.method == "POST" and not context.get("is_proved") else 200
    return render(request, "portal/track.html", context, status=status)


@require_GET
def read_waybill(request: HttpRequest) -> HttpResponse:
    """What the number in the complaint form tells: its carrier, and what seems to have happened to the parcel."""
    require_patience(request, "track", limit=LOOKS_PER_MINUTE, seconds=60)
    form = TrackForm({"number": request.GET.get("waybill", "")[:60]})
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        context |= {"found": form.found, "parcel": find_parcel(number=form.found.number, at=now())}
    return render(request, "portal/parts/waybill_hint.html", context)


@require_GET
def quote(request: HttpRequest) -> HttpResponse:
    """What does it cost? Each service with its bill line by line."""
    form = QuoteForm(request.GET if request.GET else None)
    on = timezone.localdate(now())
    quotes = []
    if form.is_bound and form.is_valid():
        try:
            quotes = tariffs.list_quotes(on=on, **form.asked())
        except Invalid as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    context = {"form": form, "quotes": quotes, "cities": tariffs.list_cities(on=on)}
    return render(request, "portal/quote.html", context, status=422 if form.errors else 200)


@require_GET
def areas(request: HttpRequest) -> HttpResponse:
    """Do you come to my city, and how long does it take?"""
    form = AreaForm(request.GET if request.GET else None)
    on = timezone.localdate(now())
    context: dict[str, object] = {"form": form, "cities": tariffs.list_cities(on=on)}
    if form.is_bound and form.is_valid():
        try:
            context["reach"] = tariffs.reach(city=form.cleaned_data["city"], on=on)
            context["quotes"] = form.timed(on)
        except Invalid as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return render(request, "portal/areas.html", context, status=422 if form.errors else 200)


@require_GET
def check_claim(request: HttpRequest) -> HttpResponse:
    """What would I get? An estimate with its rule, before anybody claims."""
    form = ClaimForm(request.GET if request.GET else None)
    found = estimate(form.harm()) if form.is_bound and form.is_valid() else None
    context = {"form": form, "found": found}
    return render(request, "portal/claim.html", context, status=422 if form.errors else 200)
