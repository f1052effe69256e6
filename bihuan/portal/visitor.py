"""The visitor as an actor: which cases this browser session has proved to be the customer's."""

from django.http import HttpRequest

from bihuan.cases.models import Case
from bihuan.foundation.actor import Actor, ActorKind, Via
from bihuan.foundation.errors import NotVisible

PROVED = "portal_cases"


def visitor(request: HttpRequest) -> Actor:
    """The acting customer; before any proof, one who sees nothing."""
    proved: dict[str, int | None] = request.session.get(PROVED, {})
    customer_id = next(iter(proved.values()), None)
    case_ids = frozenset(int(case_id) for case_id in proved)
    return Actor(kind=ActorKind.CUSTOMER, id=customer_id, name="customer", via=Via.PORTAL, case_ids=case_ids)


def newcomer() -> Actor:
    """Whoever sends a form: who that is, the form says, whatever was proved in this browser before."""
    return Actor(kind=ActorKind.CUSTOMER, id=None, name="customer", via=Via.PORTAL)


def remember_case(request: HttpRequest, case: Case) -> None:
    """Keep the proof in the session. A case of another customer replaces what was proved before."""
    proved: dict[str, int | None] = request.session.get(PROVED, {})
    if any(known != case.customer_id for known in proved.values()):
        proved = {}
    proved[str(case.pk)] = case.customer_id
    request.session[PROVED] = proved


def own_case(request: HttpRequest, token: str) -> tuple[Actor, Case]:
    """The case behind the link, for a visitor who has proved it. Raises NotVisible for everybody else."""
    actor = visitor(request)
    cases = Case.objects.visible_to(actor).select_related("category", "owner", "team")
    case = cases.filter(public_token=token).first()
    if case is None:
        raise NotVisible()
    return actor, case
