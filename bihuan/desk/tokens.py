"""API tokens: who calls in whose name, issued once in clear and ended at once."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bihuan.api import actions, queries
from bihuan.api.models import ApiToken
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.organization.models import Staff
from bihuan.organization.queries import find_staff
from bihuan.web.components import Tone

LIFETIMES = [(30, gettext_lazy("30 天")), (90, gettext_lazy("90 天")), (365, gettext_lazy("一年"))]


class TokenForm(forms.Form):
    staff_no = forms.CharField(label=gettext_lazy("以谁的名义（工号）"), max_length=20)
    name = forms.CharField(label=gettext_lazy("用途"), max_length=60)
    days = forms.TypedChoiceField(label=gettext_lazy("有效期"), coerce=int, choices=LIFETIMES, initial=90)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("权限范围"),
        choices=[(scope, scope) for scope in sorted(queries.SCOPES)],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, actor: Actor, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.actor = actor

    def clean_staff_no(self) -> Staff:
        """The person; a wrong number is told beside its field."""
        staff = find_staff(actor=self.actor, staff_no=self.cleaned_data["staff_no"])
        if staff is None:
            raise forms.ValidationError(_("没有这个工号。"), code="staff_unknown")
        return staff


@login_required
@require_GET
def show_tokens(request: HttpRequest) -> HttpResponse:
    """All tokens, newest first, and the form for a new one."""
    return _page(request, TokenForm(request.actor))  # type: ignore[attr-defined]


@login_required
@never_cache
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a token; this answer is the only place where it ever stands in clear."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    queries.require_keeper(actor)
    form = TokenForm(actor, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    _token, clear = actions.issue_token(
        actor=actor,
        staff_id=given["staff_no"].pk,
        name=given["name"],
        scopes=given["scopes"],
        lifetime=timedelta(days=given["days"]),
        at=now(),
    )
    return _page(request, TokenForm(actor), status=201, clear=clear)


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token at once."""
    token = actions.revoke_token(actor=request.actor, token_id=token_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("令牌 {token} 已停用，用它的程序从现在起进不来。").format(token=token))
    return redirect("token_list")


def _page(request: HttpRequest, form: TokenForm, status: int = 200, clear: str = "") -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = now()
    tokens = [(token, *_look(token, at)) for token in queries.list_tokens(actor=actor)]
    context: dict[str, Any] = {"form": form, "tokens": tokens, "clear": clear, "at": at, "nav": "token_list"}
    return render(request, "desk/tokens.html", context, status=status)


def _look(token: ApiToken, at: datetime) -> tuple[Tone, str]:
    if token.revoked_at:
        return Tone.PAUSED, _("已停用")
    return (Tone.KEPT, _("有效")) if token.is_valid(at) else (Tone.PAUSED, _("已过期"))
