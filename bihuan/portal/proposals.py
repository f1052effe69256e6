"""The category a parcel's journey proposes for the complaint about it."""

from django.http import QueryDict

from bihuan.foundation.errors import Invalid
from bihuan.foundation.moment import now
from bihuan.parcels.queries import find_parcel


def with_category(given: QueryDict) -> QueryDict:
    """What was sent; without a chosen category the one that the parcel's journey proposes."""
    if given.get("category") or not (proposed := proposed_category(given.get("waybill", "")[:40])):
        return given
    completed = given.copy()
    completed["category"] = proposed
    return completed


def proposed_category(waybill: str) -> str:
    """The category of what seems to have happened to the parcel; empty when nothing is known."""
    try:
        parcel = find_parcel(number=waybill, at=now()) if waybill.strip() else None
    except Invalid:
        return ""
    return parcel.category if parcel else ""
