"""The team leader's list: which promises are at risk, and who could take them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from bihuan.cases import actions, queries
from bihuan.desk.filters import risk_filters, wanted_cases
from bihuan.desk.workspace import with_looks
from bihuan.foundation.errors import Refusal
from bihuan.foundation.moment import now
from bihuan.organization.queries import list_colleagues, require_role
from bihuan.organization.roles import HANDLERS, LEADERS


@login_required
@require_GET
def list_risk(request: HttpRequest) -> HttpResponse:
    """Cases at risk in my units, the nearest due time first."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    require_role(actor, LEADERS)
    narrowing = risk_filters(request)
    wanted = wanted_cases(narrowing)
    page = queries.list_at_risk(actor=actor, wanted=wanted, after=request.GET.get("after"))
    with_looks(page.items, at)
    context = {
        "page": page,
        "able": list_colleagues(actor.units(LEADERS), HANDLERS, timezone.localdate(at)),
        "narrowing": narrowing,
        "is_narrowed": wanted != queries.CaseFilter(),
        "at": at,
        "nav": "risk_list",
    }
    return render(request, "desk/risk.html", context)


@login_required
@require_POST
def reassign(request: HttpRequest) -> HttpResponse:
    """Give the picked cases to one person; each refused case is named with its reason."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    agent, done = request.POST.get("agent_id", ""), 0
    if not agent.isdigit():
        messages.error(request, _("请先选接手的人。"))
        return redirect("risk_list")
    for number in request.POST.getlist("pick"):
        try:
            case = queries.get_case(actor=actor, number=number)
            actions.assign_case(actor=actor, case_id=case.pk, agent_id=int(agent), reason=_("承诺临期，改派"), at=at)
            done += 1
        except Refusal as refusal:
            messages.error(request, _("{number} 没有改派：{reason}").format(number=number, reason=refusal))
    if done:
        messages.success(request, ngettext("已改派 {n} 件。", "已改派 {n} 件。", done).format(n=done))
    return redirect("risk_list")
