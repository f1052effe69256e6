"""The agent's workspace: queues and promises, the case, the customer."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from bihuan.cases import queries
from bihuan.cases.models import Case, Level
from bihuan.cases.queries import SUBJECT
from bihuan.desk.cases import rows_with_titles
from bihuan.desk.looks import look_of
from bihuan.desk.page import case_context
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.promises.queries import open_promises
from bihuan.web.components import Action

GROUPS = {
    "callbacks": gettext_lazy("待我回访"),
    "region": gettext_lazy("升到大区"),
    "headquarters": gettext_lazy("升到总部"),
}
SHOWN_OF_GROUP = 3


def with_looks(cases: list[Case], at: datetime) -> list[Case]:
    """Give each case the look of its nearest promise and its masked title, in one look-up each for all."""
    promises = open_promises(SUBJECT, [case.pk for case in cases], at=at)
    for case in rows_with_titles(cases):
        nearest = promises.get(case.pk, [])
        case.look = look_of(nearest[0], at) if nearest else None  # type: ignore[attr-defined]
    return cases


def queue_context(actor: Actor, at: datetime) -> dict[str, Any]:
    """The left column: queues, what else waits for somebody like the actor, and the actor's own promises."""
    found = {
        "callbacks": queries.list_callbacks_due(actor=actor),
        "region": queries.list_escalated(actor=actor, level=Level.REGION),
        "headquarters": queries.list_escalated(actor=actor, level=Level.HQ),
    }
    mine = queries.list_my_promises(actor=actor)
    with_looks([*mine, *chain(*found.values())], at)
    return {
        "queues": queries.list_queues(actor=actor),
        "groups": [(key, GROUPS[key], rows) for key, rows in found.items() if rows],
        "shown_of_group": SHOWN_OF_GROUP,
        "mine": mine,
        "at": at,
    }


def first_step(mine: Sequence[Case]) -> Action | None:
    """What to begin a shift with: the own promise that is due next."""
    if not mine:
        return None
    address = f"{reverse('workspace')}?case={mine[0].number}"
    return Action(_("打开最早到期的一件"), address, primary=True, icon="player-play", key="o")


@login_required
@require_GET
def show_workspace(request: HttpRequest) -> HttpResponse:
    """Three columns; ``?case=`` opens one, ``?kind=&category=`` lists a queue, ``?group=`` what waits in a group."""
    at, actor = now(), request.actor  # type: ignore[attr-defined]
    context = queue_context(actor, at)
    if number := request.GET.get("case", ""):
        context |= case_context(request, queries.get_case(actor=actor, number=number), at)
    elif "category" in request.GET:
        wanted = queries.CaseFilter(kind=request.GET.get("kind", ""), category=request.GET["category"])
        waiting = queries.list_waiting(actor=actor, wanted=wanted, after=request.GET.get("after"))
        context |= {"waiting": with_looks(waiting.items, at), "page": waiting}
    elif (key := request.GET.get("group", "")) in GROUPS:
        listed: list[Case] = next((rows for name, _label, rows in context["groups"] if name == key), [])
        context |= {"waiting": listed, "heading": GROUPS[key]}
    else:
        context |= {"first": first_step(context["mine"])}
    return render(request, "desk/workspace.html", context | {"nav": "workspace"})


@login_required
@require_GET
def show_queues(request: HttpRequest) -> HttpResponse:
    """The left column alone: what the live stream refreshes."""
    context = queue_context(request.actor, now())  # type: ignore[attr-defined]
    return render(request, "desk/parts/queues.html", context)
