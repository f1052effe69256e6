"""The record of processing: what we do with personal data, in versions; as a page to print and as a file."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.dossier.rights_forms import RecordForm
from bihuan.exports.actions import start_export
from bihuan.exports.models import ExportFormat
from bihuan.foundation.errors import Invalid
from bihuan.foundation.moment import now
from bihuan.privacy import actions, queries


@login_required
@require_GET
def show_list(request: HttpRequest) -> HttpResponse:
    """The record as it stands."""
    actor = request.actor  # type: ignore[attr-defined]
    context = {"records": queries.list_records(actor), "may_write": queries.may_write_records(actor)}
    return render(request, "dossier/records.html", context | {"at": now(), "nav": "record_list"})


@login_required
@require_GET
def show(request: HttpRequest, activity_id: int) -> HttpResponse:
    """One activity with every version."""
    actor = request.actor  # type: ignore[attr-defined]
    versions = queries.record_versions(actor, activity_id)
    context = {"latest": versions[0], "versions": versions, "may_write": queries.may_write_records(actor)}
    return render(request, "dossier/record.html", context | {"at": now(), "nav": "record_list"})


@login_required
def write(request: HttpRequest, activity_id: int | None = None) -> HttpResponse:
    """A new activity, or the next version of one."""
    actor = request.actor  # type: ignore[attr-defined]
    latest = queries.record_versions(actor, activity_id)[0] if activity_id else None
    form = RecordForm(request.POST or None, initial=_known(latest))
    if request.method == "POST" and form.is_valid():
        draft = actions.RecordDraft(**form.cleaned_data)
        try:
            record = actions.write_record(actor=actor, draft=draft, activity_id=activity_id, at=now())
        except Invalid as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("已记录为第 {version} 版。").format(version=record.version))
            return redirect("record_page", record.activity_id)
    context = {"form": form, "title": _("处理活动记录"), "back": "record_list", "nav": "record_list"}
    status = 422 if form.is_bound else 200 if queries.may_write_records(actor) else 403
    return render(request, "dossier/privacy_form.html", context, status=status)


def _known(latest: Any) -> dict[str, Any]:
    return {name: getattr(latest, name) for name in RecordForm.base_fields} if latest else {}


@login_required
@require_POST
def end(request: HttpRequest, activity_id: int) -> HttpResponse:
    """We do this no longer."""
    actions.end_activity(actor=request.actor, activity_id=activity_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("已停止，记录照样保存。"))
    return redirect("record_page", activity_id)


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The record as a spreadsheet."""
    start_export(
        actor=request.actor,  # type: ignore[attr-defined]
        exporter=queries.RECORD_EXPORT,
        filters={},
        format=ExportFormat.XLSX,
        at=now(),
    )
    return redirect("export_list")
