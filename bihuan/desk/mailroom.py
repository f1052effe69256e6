"""The mail room: mails that wait for a person, mails taken for a machine's, and what went out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.desk.filters import chosen
from bihuan.foundation.moment import now
from bihuan.intake import actions, queries
from bihuan.intake.models import DeliveryState
from bihuan.web.components import SegItem


@login_required
@require_GET
def list_quarantine(request: HttpRequest) -> HttpResponse:
    """Mails that were set aside, newest first."""
    page = queries.list_quarantine(request.actor, after=request.GET.get("after"))  # type: ignore[attr-defined]
    return _show(request, "desk/quarantine.html", "quarantine_list", page)


@login_required
@require_GET
def list_automatic(request: HttpRequest) -> HttpResponse:
    """Mails taken for a machine's that belong to no conversation."""
    page = queries.list_automatic(request.actor, after=request.GET.get("after"))  # type: ignore[attr-defined]
    return _show(request, "desk/quarantine.html", "automatic_list", page)


@login_required
@require_GET
def list_outbox(request: HttpRequest) -> HttpResponse:
    """What went out, and how far it came."""
    wanted = chosen(request, "state", _("状态"), DeliveryState.choices)
    page = queries.list_outbox(request.actor, state=wanted.value, after=request.GET.get("after"))  # type: ignore[attr-defined]
    return _show(request, "desk/outbox.html", "outbox_list", page, narrowing=[wanted], is_narrowed=bool(wanted.value))


@login_required
@require_POST
def release(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Make a message of a mail that was set aside."""
    actions.release_mail(actor=request.actor, mail_id=mail_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("邮件已放行，将作为客户来信处理。"))
    return redirect("quarantine_list")


@login_required
@require_POST
def dismiss(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Say that a mail needs nothing; it is kept."""
    note = request.POST.get("note", "")
    actions.dismiss_mail(actor=request.actor, mail_id=mail_id, note=note, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("邮件已忽略，原件仍然保留。"))
    return redirect("quarantine_list")


def _show(request: HttpRequest, template: str, here: str, page: object, **more: object) -> HttpResponse:
    labels = {"quarantine_list": _("待处理"), "automatic_list": _("自动邮件"), "outbox_list": _("发件箱")}
    tabs = [SegItem(label, reverse(name), name == here) for name, label in labels.items()]
    context = {"page": page, "tabs": tabs, "here": here, "at": now(), "nav": "quarantine_list"}
    return render(request, template, context | more)
