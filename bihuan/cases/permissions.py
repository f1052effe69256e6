"""What may be done to a case, and which roles may do it: a table, read by the one evaluator in ``access``."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.cases.workflow import Level
from bihuan.organization.roles import HANDLERS, LEADERS, OBSERVERS, Role

READERS = HANDLERS | OBSERVERS | {Role.AUDIT_ADMIN}
LIAISONS = frozenset({Role.LIAISON})
# who handles a case at each level when nobody owns it, or takes it over from its owner
LEVEL_ROLES: dict[int, frozenset[Role]] = {
    Level.TEAM: HANDLERS,
    Level.REGION: frozenset({Role.MANAGER, Role.DIRECTOR}),
    Level.HQ: frozenset({Role.DIRECTOR}),
}


class CasePermission(models.TextChoices):
    VIEW = "case.view", _("查看案件")
    OPEN = "case.open", _("登记案件")
    HANDLE = "case.handle", _("办理案件")
    ASSIGN = "case.assign", _("改派案件")
    CALL_BACK = "case.call_back", _("回访")
    WRITE = "case.write", _("写备注和证据")
    EXPORT = "case.export", _("导出案件清单")
    ANSWER_HANDOFF = "case.answer_handoff", _("办理协办")
    ARCHIVE = "case.archive", _("导出档案")
    FOLLOW = "case.follow", _("客户跟进自己的案件")


ROLES: dict[CasePermission, frozenset[Role]] = {
    CasePermission.VIEW: READERS,
    CasePermission.OPEN: HANDLERS,
    CasePermission.HANDLE: HANDLERS,
    CasePermission.ASSIGN: LEADERS,
    CasePermission.CALL_BACK: HANDLERS,
    CasePermission.WRITE: HANDLERS,
    CasePermission.ARCHIVE: LEADERS | {Role.INSPECTOR, Role.AUDIT_ADMIN},
    CasePermission.EXPORT: LEADERS | {Role.INSPECTOR, Role.ANALYST, Role.AUDIT_ADMIN},
    CasePermission.ANSWER_HANDOFF: LIAISONS,
    CasePermission.FOLLOW: frozenset(),
}
