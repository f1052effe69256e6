"""The first page of each role: what needs me now?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from bihuan.organization.roles import ADMINISTRATORS, HANDLERS, LEADERS, Role

# the first role a person holds decides, in this order
FIRST_PAGES = (
    (frozenset({Role.LIAISON}), "handoff_list"),
    (LEADERS, "risk_list"),
    (HANDLERS, "workspace"),
    (ADMINISTRATORS, "staff_list"),
)


def home(request: HttpRequest) -> HttpResponse:
    """Customers go to the portal, staff to the page of their role."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor is None:
        return redirect("portal_home")
    held = {grant.role for grant in actor.grants}
    page = next((page for roles, page in FIRST_PAGES if held & roles), "case_list")
    return redirect(page)
