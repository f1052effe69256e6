"""Look a customer up by exact phone. Answers are masked; revealing is done on a page, with a purpose and a case."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router

from bihuan.api.auth import require_scope
from bihuan.api.schemas import REFUSED, CustomerOut
from bihuan.api.scopes import CUSTOMER_VIEW
from bihuan.customers import queries
from bihuan.foundation.errors import NotVisible
from bihuan.foundation.moment import now

router = Router()


@router.get("", response={200: CustomerOut, **REFUSED}, operation_id="find_customer")
def find_customer(request: HttpRequest, phone: Annotated[str, Query(max_length=24, pattern=r"^[0-9+\- ]{5,24}$")]):
    """The customer with this phone number."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CUSTOMER_VIEW)
    found = queries.find_by_phone(actor=actor, phone=phone, at=now())
    if found is None:
        raise NotVisible()
    card = queries.card(actor=actor, customer_id=found.pk)
    return CustomerOut(id=card.id, name=card.name, phones=list(card.phones), addresses=list(card.addresses))
