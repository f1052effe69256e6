"""What every page's shell needs, computed only when a template asks for it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor
from bihuan.journal.queries import live_position
from bihuan.web.components import SegItem
from bihuan.web.navigation import PHONE_PLACES, PORTAL_PLACES, STAFF_PLACES, Place, on_rail, places_for, tabs_of
from bihuan.web.preferences import TEXT_SIZE, THEME


@dataclass
class Shell:
    """Theme, text size, navigation and words of the scripts for one request."""

    request: HttpRequest

    @cached_property
    def theme(self) -> str:
        return THEME.of(self.request)

    @cached_property
    def drawn_theme(self) -> str:
        """What is drawn before the script knows the system's theme."""
        return "light" if self.theme == "auto" else self.theme

    @cached_property
    def text_size(self) -> str:
        return TEXT_SIZE.of(self.request)

    @property
    def language(self) -> str:
        return "en" if (get_language() or "").startswith("en") else "zh-Hans"

    @property
    def company(self) -> str:
        return settings.COMPANY_NAME

    @property
    def phone(self) -> str:
        """The service number of the company, when one is set."""
        return getattr(settings, "COMPANY_PHONE", "")

    @cached_property
    def actor(self) -> Actor | None:
        return getattr(self.request, "actor", None)

    @cached_property
    def places(self) -> list[Place]:
        return places_for(self.actor, STAFF_PLACES)

    @cached_property
    def rail(self) -> list[Place]:
        return on_rail(self.places)

    @cached_property
    def tabs(self) -> dict[str, list[SegItem]]:
        """The tabs to show on a page, by the name of its place."""
        return {
            name: [SegItem(place.tab or place.label, place.url, place.url_name == name) for place in group]
            for name, group in tabs_of(self.places).items()
        }

    @cached_property
    def phone_places(self) -> list[Place]:
        return places_for(self.actor, PHONE_PLACES)

    @cached_property
    def portal_places(self) -> list[Place]:
        return places_for(None, PORTAL_PLACES)

    @cached_property
    def live_position(self) -> str:
        """Where the live stream of this page begins; ``LivePositionMiddleware`` read it before the view did."""
        return getattr(self.request, "live_position", None) or live_position()

    @cached_property
    def search_url(self) -> str:
        return _address("case_search")

    @cached_property
    def words(self) -> dict[str, str]:
        """The sentences of the scripts, in the reader's language."""
        return {
            "close": _("关闭"),
            "undo": _("撤销"),
            "saved": _("草稿已存 {time}"),
            "sending": _("{n} 秒后发送"),
            "undone": _("已撤销，没有发送"),
            "offline": _("连不上服务器，请稍后再试；填写的内容还在。"),
            "failed": _("服务器出了错，没有保存。错误已记录。"),
            "caps": _("大写锁定开着"),
            "remove": _("去掉 {name}"),
            "added": _("已选"),
            "picked": _("已选 {n} 件"),
            "nothing": _("没有匹配的命令"),
            "pages": _("页面"),
            "here": _("本页"),
            "general": _("通用"),
            "too_large": _("{name} 超过 {size}，没有加入"),
        }


def _address(name: str) -> str:
    """The address of an optional page, empty when it is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"shell": Shell(request)}
