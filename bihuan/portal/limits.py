"""How often a visitor without an account may ask: counted per address and question in the cache of the process."""

import hashlib

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Refusal


class AskedTooOften(Refusal):
    code = "asked_too_often"
    status = 429
    sentence = _("查得太频繁了，请过 {minutes} 分钟再试。")
    next_step = _("急事请拨客服电话。")


def require_patience(request: HttpRequest, question: str, *, limit: int, seconds: int, about: str = "") -> None:
    """Count one question of this visitor, or about this matter whoever asks. Raises AskedTooOften beyond the limit.

    Only a hash of the address is kept, and only as long as the window lasts.
    """
    asker = about or request.META.get("REMOTE_ADDR", "")
    key = f"portal.{question}.{hashlib.sha256(asker.encode()).hexdigest()[:24]}"
    cache.add(key, 0, seconds)
    try:
        asked = cache.incr(key)
    except ValueError:  # the window ended between the two
        cache.set(key, 1, seconds)
        asked = 1
    if asked > limit:
        raise AskedTooOften(minutes=max(1, seconds // 60))
