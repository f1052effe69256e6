"""The reads of the vault: masked for people; two in clear for the job that mails."""

from bihuan.customers.queries.finding import find_by_email, find_by_last4_and_surname, find_by_phone
from bihuan.customers.queries.masked_cards import (
    CustomerCard,
    CustomerPage,
    MaskedField,
    card,
    cards,
    list_customers,
    masked_label,
    masked_labels,
    masked_phone,
)
from bihuan.customers.queries.reveal_log import Look, looks
from bihuan.customers.queries.texts import (
    email_address,
    render_for_delivery,
    render_masked,
    render_masked_many,
    reply_email_id,
)

__all__ = [
    "CustomerCard",
    "CustomerPage",
    "Look",
    "MaskedField",
    "card",
    "cards",
    "email_address",
    "find_by_email",
    "find_by_last4_and_surname",
    "find_by_phone",
    "list_customers",
    "looks",
    "masked_label",
    "masked_labels",
    "masked_phone",
    "render_for_delivery",
    "render_masked",
    "render_masked_many",
    "reply_email_id",
]
