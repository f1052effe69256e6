"""Lists, search and the page of one case."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.cases import actions, queries
from bihuan.cases.models import Case, Kind
from bihuan.cases.queries import SUBJECT
from bihuan.customers.actions import reveal_field
from bihuan.customers.queries import render_masked_many
from bihuan.desk import forms
from bihuan.desk.filters import case_filters, tabs, wanted_cases
from bihuan.desk.page import case_context
from bihuan.desk.why import why_of
from bihuan.foundation.errors import NotVisible
from bihuan.foundation.files.store import store_upload
from bihuan.foundation.moment import now
from bihuan.intake.models import Channel
from bihuan.intake.queries import first_words
from bihuan.language.excerpts import excerpt, mark
from bihuan.organization.roles import HANDLERS
from bihuan.promises.queries import explain, list_promises


def rows_with_titles(cases: list[Case]) -> list[Case]:
    """Give each case the masked title a list shows, in one look-up for all."""
    for case, title in zip(cases, render_masked_many([case.title for case in cases]), strict=True):
        case.shown_title = title  # type: ignore[attr-defined]
    return cases


@login_required
@require_GET
def list_cases(request: HttpRequest) -> HttpResponse:
    """All cases in my scope, newest first; filters live in the address."""
    actor, narrowing = request.actor, case_filters(request)  # type: ignore[attr-defined]
    wanted = wanted_cases(narrowing, request.GET.get("kind", ""))
    page = queries.list_cases(actor=actor, wanted=wanted, after=request.GET.get("after"))
    rows_with_titles(page.items)
    context = {
        "page": page,
        "kinds": tabs(request, "kind", [("", _("全部")), *Kind.choices]),
        "narrowing": narrowing,
        "is_narrowed": wanted != queries.CaseFilter(),
        "may_export": queries.may_export(actor),
        "may_take_down": bool(actor.units(HANDLERS)),
        "at": now(),
        "nav": "case_list",
    }
    return render(request, "desk/case_list.html", context)


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Cases by number, waybill or words. A single hit opens."""
    text = request.GET.get("q", "").replace("\x00", "")[:200]
    found = rows_with_titles(queries.search_cases(actor=request.actor, text=text)) if text.strip() else []  # type: ignore[attr-defined]
    if len(found) == 1 and found[0].number == text.strip().upper():
        return redirect("case_page", found[0].number)
    words = first_words([case.conversation_id for case in found])
    for case in found:
        case.title_pieces = mark(case.shown_title, text)  # type: ignore[attr-defined]
        case.excerpt = excerpt(words.get(case.conversation_id, ""), text)  # type: ignore[attr-defined]
    limit = queries.SEARCH_LIMIT
    context = {"found": found, "text": text, "limit": limit, "is_cut": len(found) == limit, "at": now()}
    return render(request, "desk/search.html", context | {"nav": "case_list"})


@login_required
@require_GET
def show_case(request: HttpRequest, number: str) -> HttpResponse:
    """The page of one case."""
    case = queries.get_case(actor=request.actor, number=number)  # type: ignore[attr-defined]
    return render(request, "desk/case.html", case_context(request, case, now()))


@login_required
@require_GET
def show_timeline(request: HttpRequest, number: str) -> HttpResponse:
    """Head, clocks and timeline only: what the live stream refreshes.

    The forms below are left alone, for somebody may be writing in them; when the case has gone on since the page was
    made (``?state=``), a line says so and leads to the new next steps.
    """
    case = queries.get_case(actor=request.actor, number=number)  # type: ignore[attr-defined]
    context = case_context(request, case, now())
    if request.GET.get("state", case.state) != case.state:
        context["moved_at"] = request.htmx.current_url_abs_path or request.path  # type: ignore[attr-defined]
    return render(request, "desk/parts/case_live.html", context)


@login_required
@require_GET
def show_why(request: HttpRequest, number: str, promise_id: int) -> HttpResponse:
    """Why is it this time?"""
    case = queries.get_case(actor=request.actor, number=number)  # type: ignore[attr-defined]
    at = now()
    if promise_id not in {promise.id for promise in list_promises(subject=SUBJECT, subject_id=case.pk, at=at)}:
        raise NotVisible()
    return render(request, "desk/why.html", {"why": why_of(explain(promise_id, at=at), at), "case": case})


@login_required
@require_POST
def keep_draft(request: HttpRequest, number: str, box: str) -> HttpResponse:
    """Keep what is being typed."""
    case = queries.get_case(actor=request.actor, number=number)  # type: ignore[attr-defined]
    actions.save_draft(actor=request.actor, case_id=case.pk, box=box[:12], body=request.POST.get("body", ""), at=now())  # type: ignore[attr-defined]
    return HttpResponse(status=204)


@login_required
@require_POST
def give_evidence(request: HttpRequest, number: str) -> HttpResponse:
    """Add a file or statement."""
    case = queries.get_case(actor=request.actor, number=number)  # type: ignore[attr-defined]
    form = forms.EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "desk/verb_form.html", {"form": form, "case": case, "nav": "case_list"}, status=422)
    given, at = form.cleaned_data, now()
    upload = given["file"]
    stored = upload and store_upload(upload=upload, at=at)
    actions.add_evidence(
        actor=request.actor,  # type: ignore[attr-defined]
        case_id=case.pk,
        item=given["item"],
        file=stored or None,
        statement=given["statement"],
        at=at,
    )
    messages.success(request, _("证据已存入。"))
    return redirect("case_page", number)


@login_required
@require_POST
def reveal(request: HttpRequest, number: str, field: str) -> HttpResponse:
    """Show one field of the customer in clear, for a purpose and a while; the look is logged."""
    case = queries.get_case(actor=request.actor, number=number)  # type: ignore[attr-defined]
    if case.customer_id is None:
        raise NotVisible()
    shown = reveal_field(
        actor=request.actor,  # type: ignore[attr-defined]
        customer_id=case.customer_id,
        field=field,
        purpose=request.POST.get("purpose", ""),
        case_id=case.pk,
        at=now(),
    )
    return render(request, "desk/parts/revealed.html", {"shown": shown, "field": field})


@login_required
@require_GET
def download_archive(request: HttpRequest, number: str) -> HttpResponse:
    """The archive bundle."""
    case = queries.get_case(actor=request.actor, number=number)  # type: ignore[attr-defined]
    archive = actions.archive_case(actor=request.actor, case_id=case.pk, at=now())  # type: ignore[attr-defined]
    answer = HttpResponse(archive.content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{archive.name}"'
    return answer


@login_required
def take_down(request: HttpRequest) -> HttpResponse:
    """An agent takes a voice down."""
    form = forms.CaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        voice = actions.Voice(channel=Channel.DESK, **form.cleaned_data)
        case = actions.open_case(actor=request.actor, voice=voice, at=now())  # type: ignore[attr-defined]
        return redirect("case_page", case.number)
    status = 422 if form.is_bound else 200
    return render(request, "desk/case_new.html", {"form": form, "nav": "case_new"}, status=status)
