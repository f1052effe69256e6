"""Who may see a case and who may do what to it: one evaluator for list, search, detail, export, API and live stream."""

from django.utils.translation import gettext_lazy as _

from bihuan.cases.models import Case, Handoff
from bihuan.cases.permissions import LEVEL_ROLES, LIAISONS, ROLES, CasePermission
from bihuan.cases.workflow import Level
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.organization.roles import LEADERS


class OwnedBySomebodyElse(NotAllowed):
    code = "owned_by_somebody_else"
    sentence = _("这件案子由同事承办。")
    next_step = _("请承办人转交，或由班组长改派。")


class HandledHigherUp(NotAllowed):
    code = "handled_higher_up"
    sentence = _("客户不满意，案件已升到{level}办理。")
    next_step = _("请由{level}的负责人办理或指派。")


def can(actor: Actor, permission: CasePermission, case: Case) -> bool:
    """True when the actor's role covers the case; says nothing about its state or owner."""
    if actor.is_system:
        return True
    if actor.is_customer:
        return permission is CasePermission.FOLLOW and case.pk in actor.case_ids
    if actor.scopes is not None and permission.value not in actor.scopes:
        return False
    return actor.holds(ROLES[permission], case.team_id)


def access_case(actor: Actor, case_id: int, *, to: CasePermission, lock: bool = False) -> Case:
    """The case, when the actor sees it (else NotVisible) and may do this to it (else NotAllowed)."""
    cases = Case.objects.visible_to(actor)
    if lock:
        cases = cases.select_for_update(of=("self",))
    return _allowed(actor, cases.filter(pk=case_id).first(), to)


def access_numbered_case(actor: Actor, number: str, *, to: CasePermission) -> Case:
    """The same by its number, with what every reader shows of it, in one query."""
    if "\x00" in number:  # PostgreSQL has no such text
        raise NotVisible()
    shown = ("category", "team", "owner", "division", "conversation")
    return _allowed(actor, Case.objects.visible_to(actor).select_related(*shown).filter(number=number).first(), to)


def _allowed(actor: Actor, case: Case | None, to: CasePermission) -> Case:
    if case is None:
        raise NotVisible()
    if not can(actor, to, case) and not _reads_through_handoff(actor, to):
        raise NotAllowed()
    return case


def _reads_through_handoff(actor: Actor, permission: CasePermission) -> bool:
    """A liaison sees the case of a hand-off (it is visible already) but may only look."""
    return permission is CasePermission.VIEW and bool(actor.units(LIAISONS))


def require_handler(actor: Actor, case: Case) -> None:
    """Raise unless the actor is the owner, or leads at the level that handles the case."""
    if actor.is_system or case.owner_id == actor.id:
        return
    if case.level > Level.TEAM and not actor.holds(LEVEL_ROLES[case.level], case.team_id):
        raise HandledHigherUp(level=Level(case.level).label)
    if case.owner_id is not None and not actor.holds(LEADERS, case.team_id):
        raise OwnedBySomebodyElse()


def access_handoff(actor: Actor, handoff_id: int, *, lock: bool = False) -> Handoff:
    """The hand-off, for a liaison of its department; the case row is locked first, then the hand-off."""
    rows = Handoff.objects.select_related("case__category", "department", "asked_by", "taken_by")
    handoff = rows.filter(pk=handoff_id).first()
    if handoff is None or not actor.holds(LIAISONS, handoff.department_id):
        raise NotVisible()
    if not lock:
        return handoff
    Case.objects.select_for_update().get(pk=handoff.case_id)
    return Handoff.objects.select_for_update(of=("self",)).select_related("case").get(pk=handoff_id)
