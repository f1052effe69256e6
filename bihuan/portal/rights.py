"""The customer's rights: ask, prove by a one-time code who asks, read the answer, take the copy away."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.foundation.errors import Invalid, NotVisible
from bihuan.foundation.files.links import request_link
from bihuan.foundation.moment import now
from bihuan.portal.forms import ProveForm, RightForm
from bihuan.portal.visitor import own_case, visitor
from bihuan.rights import actions, queries
from bihuan.rights.models import RightsRequest

PROVED = "portal_rights"
FORMS = ("json", "txt")


@require_POST
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for something from one's own case."""
    actor, case = own_case(request, token)
    form = RightForm(request.POST)
    if not form.is_valid() or case.customer_id is None:
        messages.error(request, _("请选择要办什么。"))
        return redirect("portal_data", token)
    wanted = actions.Ask(customer_id=case.customer_id, case_id=case.pk, **form.cleaned_data)
    asked = actions.request_right(actor=actor, ask=wanted, at=now())
    return redirect("portal_right", asked.token)


@require_GET
def show(request: HttpRequest, token: str) -> HttpResponse:
    """How far it is, and the answer. Whoever only has the link sees where to enter the code."""
    return _page(request, queries.request_by_token(token), ProveForm())


def _page(request: HttpRequest, asked: RightsRequest, form: ProveForm, status: int = 200) -> HttpResponse:
    at = now()
    proved = asked.pk in request.session.get(PROVED, [])
    is_seen = proved or asked.case_id in visitor(request).case_ids
    context = {
        "asked": asked,
        "is_seen": is_seen,
        "is_proved": proved,
        "words": queries.words_of(asked) if is_seen else [],
        "stays": queries.stays_of(asked) if is_seen else [],
        "has_copy": asked.has_files(at),
        "is_overdue": asked.is_overdue(at),
        "form": form,
        "at": at,
    }
    return render(request, "portal/right.html", context, status=status)


@require_POST
def send(request: HttpRequest, token: str) -> HttpResponse:
    """Mail a code; the answer is the same whether an address is on file or not."""
    actions.send_code(actor=visitor(request), token=token, at=now())
    messages.success(request, _("如果登记过已确认的邮箱，验证码已发出。没有的话，同事会回拨登记的电话核对。"))
    return redirect("portal_right", token)


@require_POST
def prove(request: HttpRequest, token: str) -> HttpResponse:
    """The code from the mail proves who asks."""
    form = ProveForm(request.POST)
    if form.is_valid():
        try:
            asked = actions.verify_code(actor=visitor(request), token=token, at=now(), **form.cleaned_data)
        except Invalid as refusal:
            form.add_error("code", str(refusal))
        else:
            request.session[PROVED] = [*request.session.get(PROVED, []), asked.pk]
            messages.success(request, _("已核实是本人。"))
            return redirect("portal_right", token)
    return _page(request, queries.request_by_token(token), form, status=422)


@require_GET
def fetch(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """A private link to the copy, for whoever has entered the code in this browser."""
    asked = queries.request_by_token(token)
    if form not in FORMS:
        raise Http404
    if asked.pk not in request.session.get(PROVED, []):
        raise NotVisible()
    file = actions.hand_out_copy(actor=visitor(request), request_id=asked.pk, form=form, at=now())
    return redirect(request_link(request, file))
