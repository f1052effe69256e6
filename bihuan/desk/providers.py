"""The lines to other carriers: which can be asked, which answer, how fast; and a look-up to try one."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bihuan.carriers import actions, queries
from bihuan.carriers.queries import BreakerState, ProviderCode, ProviderHealth
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid
from bihuan.foundation.moment import now
from bihuan.web.components import Tone

TONES = {
    BreakerState.CLOSED: Tone.KEPT,
    BreakerState.OPEN: Tone.LATE,
    BreakerState.HALF_OPEN: Tone.RISK,
}


class TrialForm(forms.Form):
    provider = forms.ChoiceField(label=gettext_lazy("渠道"), choices=ProviderCode)
    number = forms.CharField(
        label=gettext_lazy("运单号"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


@login_required
@require_GET
def show_providers(request: HttpRequest) -> HttpResponse:
    """All providers; while a trial is under way the table asks for itself again."""
    return _page(request, TrialForm())


@login_required
@require_POST
def try_provider(request: HttpRequest) -> HttpResponse:
    """Queue a look-up: a job asks, so that a slow provider holds up nobody."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = TrialForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        actions.start_trial(actor=actor, at=now(), **form.cleaned_data)
    except Invalid as refusal:
        form.add_error("number", str(refusal))
        return _page(request, form, status=422)
    messages.success(request, _("已开始试查，结果会出现在表里。"))
    return redirect("provider_list")


def _page(request: HttpRequest, form: TrialForm, status: int = 200) -> HttpResponse:
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    rows = [(health, *_look(health), _is_trying(health, at)) for health in queries.list_health(actor=actor, at=at)]
    context = {
        "form": form,
        "rows": rows,
        "is_trying": any(trying for *_, trying in rows),
        "keys_path": queries.keys_path(),
        "at": at,
        "nav": "provider_list",
    }
    return render(request, "desk/providers.html", context, status=status)


def _look(health: ProviderHealth) -> tuple[Tone, str]:
    """Colour and word of a provider: one that is not configured cannot be broken."""
    if not health.is_configured:
        return Tone.PAUSED, _("未启用")
    return TONES[health.state], str(health.state.label)


def _is_trying(health: ProviderHealth, at: datetime) -> bool:
    return health.trial is not None and health.trial.is_under_way(at)
