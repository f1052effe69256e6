"""Exports of lists: asked for from the list's filters, watched while they run, fetched by who asked."""

from dataclasses import asdict
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.cases.queries import CASE_EXPORT
from bihuan.desk.filters import case_filters, wanted_cases
from bihuan.exports.actions import cancel_export, start_export
from bihuan.exports.links import export_link
from bihuan.exports.models import ExportFormat, ExportJob
from bihuan.exports.queries import get_export
from bihuan.exports.queries import list_exports as exports_of
from bihuan.exports.registry import exporter_called
from bihuan.foundation.moment import now


def filters_of(request: HttpRequest) -> dict[str, object]:
    """What the case list in the address is narrowed to; what is no filter, or no value of it, is left out."""
    wanted = asdict(wanted_cases(case_filters(request), request.GET.get("kind", "")))
    return {name: value for name, value in wanted.items() if value not in ("", None)}


def rows(jobs: list[ExportJob], at: datetime) -> list[dict[str, object]]:
    """Exports as the page shows them."""
    return [
        {
            "job": job,
            "label": exporter_called(job.exporter).label,
            "rate": round(job.rows_per_second(at)),
            "remaining": job.remaining_seconds(at),
            "is_ready": job.is_ready(at),
        }
        for job in jobs
    ]


@login_required
@require_GET
def list_exports(request: HttpRequest) -> HttpResponse:
    """My exports, newest first; the list renews itself while one is under way."""
    at, jobs = now(), exports_of(request.actor)  # type: ignore[attr-defined]
    context = {"rows": rows(jobs, at), "is_busy": any(job.is_under_way for job in jobs), "at": at, "nav": "export_list"}
    return render(request, "desk/export_list.html", context)


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Export the case list as it is filtered."""
    wanted = request.POST.get("format", "")
    start_export(
        actor=request.actor,  # type: ignore[attr-defined]
        exporter=CASE_EXPORT,
        filters=filters_of(request),
        format=wanted if wanted in ExportFormat.values else ExportFormat.XLSX,
        at=now(),
    )
    return redirect("export_list")


@login_required
@require_POST
def cancel(request: HttpRequest, export_id: int) -> HttpResponse:
    """Stop one of my exports."""
    cancel_export(actor=request.actor, export_id=export_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("导出已取消。"))
    return redirect("export_list")


@login_required
@require_GET
def fetch(request: HttpRequest, export_id: int) -> HttpResponse:
    """A fresh private link to the file, good for some minutes."""
    actor = request.actor  # type: ignore[attr-defined]
    return redirect(export_link(get_export(actor, export_id), actor))
