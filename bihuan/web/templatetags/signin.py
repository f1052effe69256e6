"""``{% load signin %}``: what the sign-in page says after a wrong password."""

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_failure_limit
from django import template
from django.template.context import RequestContext

register = template.Library()


@register.simple_tag(takes_context=True)
def tries_left(context: RequestContext) -> int:
    """How often the person may still try before the account is locked; 0 when nothing was sent."""
    request = context["request"]
    name = request.POST.get("login", "")
    if not name:
        return 0
    credentials = {"username": name}
    return max(0, get_failure_limit(request, credentials) - AxesProxyHandler.get_failures(request, credentials))
