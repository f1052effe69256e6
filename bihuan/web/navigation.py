"""Where people can go: one list for the rail, the phone bar, the portal and the command palette.

An entry is shown when its page is installed and, for staff, when the person holds one of its roles.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.organization.roles import ADMINISTRATORS, HANDLERS, LEADERS, OBSERVERS, Role
from bihuan.web.components import Text


@dataclass(frozen=True, slots=True)
class Place:
    """A page worth a place in the navigation; ``at_end`` sits at the foot of the rail, ``keys`` go there.

    ``behind`` names the places that are tabs of this one: on the rail they stand for themselves only without it.
    ``tab`` is what it is called among them.
    """

    url_name: str
    icon: str
    label: Text
    roles: frozenset[str] = frozenset()
    keys: str = ""
    at_end: bool = False
    args: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    tab: Text = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.args)


EXPORTERS = LEADERS | {Role.INSPECTOR, Role.ANALYST}
DATA_KEEPERS = {Role.MANAGER, Role.DIRECTOR, Role.SECURITY_ADMIN}
STAFF_PLACES: tuple[Place, ...] = (
    Place("workspace", "layout-columns", _("工作台"), frozenset(HANDLERS), "g w"),
    Place("case_list", "folders", _("案件"), frozenset(HANDLERS | OBSERVERS), "g c"),
    Place("case_new", "file-plus", _("登记"), frozenset(HANDLERS), "c"),
    Place("risk_list", "alert-triangle", _("风险"), frozenset(LEADERS), "g r"),
    Place("handoff_list", "arrows-exchange", _("协办"), frozenset({Role.LIAISON}), "g h"),
    Place("customer_find", "address-book", _("客户"), frozenset(HANDLERS), "g k"),
    Place("incident_list", "storm", _("网络事件"), frozenset(HANDLERS | OBSERVERS | {Role.LIAISON}), "g i"),
    Place("quarantine_list", "mail", _("邮件"), frozenset(LEADERS | {Role.SYSTEM_ADMIN}), "g m"),
    Place("radar", "radar", _("泄露雷达"), frozenset(LEADERS | {Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}), "g l"),
    Place("rights_list", "user-shield", _("权利请求"), frozenset(HANDLERS | {Role.AUDIT_ADMIN}), "g q"),
    Place(
        "retention_rules",
        "database-cog",
        _("资料管理"),
        frozenset(DATA_KEEPERS | {Role.AUDIT_ADMIN}),
        "g d",
        behind=("hold_list", "sharing_list", "record_list", "breach_list"),
        tab=_("保存期限"),
    ),
    Place("hold_list", "lock", _("法律保全"), frozenset(DATA_KEEPERS | {Role.AUDIT_ADMIN})),
    Place("sharing_list", "share", _("共享约定"), frozenset(DATA_KEEPERS | {Role.AUDIT_ADMIN})),
    Place("record_list", "clipboard-list", _("处理记录"), frozenset(DATA_KEEPERS | {Role.AUDIT_ADMIN})),
    Place("breach_list", "alert-octagon", _("数据事件"), frozenset(LEADERS | DATA_KEEPERS | {Role.AUDIT_ADMIN}), "g j"),
    Place("export_list", "file-export", _("导出"), frozenset(EXPORTERS), "g e"),
    Place("staff_list", "users", _("人员"), frozenset(LEADERS | ADMINISTRATORS), "g p"),
    Place("unit_list", "sitemap", _("单位"), frozenset(LEADERS | ADMINISTRATORS), "g u"),
    Place("token_list", "api", _("令牌"), frozenset({Role.SYSTEM_ADMIN}), "g t"),
    Place("provider_list", "plug-connected", _("查询渠道"), frozenset({Role.SYSTEM_ADMIN}), "g x"),
    Place("key_list", "key", _("密钥"), frozenset({Role.SECURITY_ADMIN}), "g y"),
    Place("undertaking", "shield-check", _("保密承诺"), frozenset(HANDLERS), "g o", at_end=True),
)
PHONE_PLACES: tuple[Place, ...] = (
    Place("handoff_list", "inbox", _("协办"), frozenset({Role.LIAISON})),
    Place("case_list", "folders", _("案件"), frozenset(HANDLERS | OBSERVERS)),
    Place("risk_list", "alert-triangle", _("风险"), frozenset(LEADERS)),
)
PORTAL_PLACES: tuple[Place, ...] = (
    Place("portal_home", "home", _("首页")),
    Place("portal_track", "package", _("查件")),
    Place("portal_quote", "calculator", _("运费")),
    Place("portal_new", "message-report", _("投诉"), args=("complaint",)),
    Place("portal_new", "message-circle-question", _("咨询"), args=("consultation",)),
    Place("portal_new", "bulb", _("建议"), args=("suggestion",)),
    Place("portal_find", "progress-check", _("进度查询")),
)


def is_installed(place: Place) -> bool:
    """True when the page of the place is part of this installation."""
    try:
        reverse(place.url_name, args=place.args)
    except NoReverseMatch:
        return False
    return True


def places_for(actor: Actor | None, places: Sequence[Place]) -> list[Place]:
    """The places a person may open, in order."""
    held = {grant.role for grant in actor.grants} if actor else set()
    return [place for place in places if (not place.roles or held & place.roles) and is_installed(place)]


def on_rail(places: Sequence[Place]) -> list[Place]:
    """The places that stand on the rail: tabs of another one there are reached through it."""
    hidden = {name for place in places for name in place.behind}
    return [place for place in places if place.url_name not in hidden]


def tabs_of(places: Sequence[Place]) -> dict[str, list[Place]]:
    """For each place that has tabs, and for each tab, all of them in order."""
    by_name = {place.url_name: place for place in places}
    groups = [[place, *(by_name[name] for name in place.behind if name in by_name)] for place in places if place.behind]
    return {member.url_name: group for group in groups for member in group if len(group) > 1}
