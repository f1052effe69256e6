"""The keys of the personal data: their state, a rotation in the background, and the end of an old key."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bihuan.foundation.moment import now
from bihuan.safekeeping import actions, queries
from bihuan.safekeeping.models import KeyRotation, Pace, RotationState
from bihuan.web.components import Tone

STEPS = {
    "pause": (actions.pause_rotation, gettext_lazy("轮换已暂停，新旧密钥都能用。")),
    "resume": (actions.resume_rotation, gettext_lazy("轮换继续进行。")),
    "cancel": (actions.cancel_rotation, gettext_lazy("轮换已取消，旧密钥仍需保留。")),
}
TONES = {
    RotationState.RUNNING: Tone.TRACK,
    RotationState.PAUSED: Tone.PAUSED,
    RotationState.FAILED: Tone.LATE,
    RotationState.CANCELLED: Tone.PAUSED,
    RotationState.DONE: Tone.KEPT,
}
SILENT_SECONDS = 30


@login_required
@require_GET
def show_keys(request: HttpRequest) -> HttpResponse:
    """The keyring, the rotation under way, and the rotations before it."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    ring, rotations = queries.keyring_state(actor, at), queries.list_rotations(actor)
    current = next((rotation for rotation in rotations if rotation.is_unfinished), None)
    past = [(rotation, TONES[RotationState(rotation.state)]) for rotation in rotations if rotation != current]
    return render(request, "desk/keys.html", _progress(current, at) | {"ring": ring, "past": past, "nav": "key_list"})


@login_required
@require_GET
def show_progress(request: HttpRequest, rotation_id: int) -> HttpResponse:
    """How far a rotation is; the page asks for it every two seconds while it runs."""
    rotation = queries.get_rotation(request.actor, rotation_id)  # type: ignore[attr-defined]
    response = render(request, "desk/parts/key_progress.html", _progress(rotation, now()))
    if not rotation.is_unfinished:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin a rotation."""
    actions.start_rotation(actor=request.actor, pace=_pace(request), at=now())  # type: ignore[attr-defined]
    messages.success(request, _("新密钥已启用，正在后台重新加密。"))
    return redirect("key_list")


@login_required
@require_POST
def step(request: HttpRequest, rotation_id: int, word: str) -> HttpResponse:
    """Pause, resume or cancel."""
    if word not in STEPS:
        raise Http404
    act, done = STEPS[word]
    act(actor=request.actor, rotation_id=rotation_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, done)
    return redirect("key_list")


@login_required
@require_POST
def set_pace(request: HttpRequest, rotation_id: int) -> HttpResponse:
    """Faster or slower."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.set_pace(actor=actor, rotation_id=rotation_id, pace=_pace(request), at=now())
    messages.success(request, _("速度已改，从下一批起生效。"))
    return redirect("key_list")


@login_required
@require_POST
def retire(request: HttpRequest, key_id: int) -> HttpResponse:
    """Forget a key that nothing uses any more."""
    actions.retire_key(actor=request.actor, key_id=key_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("密钥 {id} 已销毁。").format(id=key_id))
    return redirect("key_list")


def _pace(request: HttpRequest) -> int:
    written = request.POST.get("pace", "")
    return int(written) if written.isdecimal() else -1


def _progress(rotation: KeyRotation | None, at: datetime) -> dict[str, object]:
    if rotation is None:
        return {"rotation": None, "paces": Pace.choices, "at": at}
    return {
        "rotation": rotation,
        "tone": TONES[RotationState(rotation.state)],
        "silent": rotation.is_silent(at, SILENT_SECONDS),
        "paces": Pace.choices,
        "at": at,
    }
