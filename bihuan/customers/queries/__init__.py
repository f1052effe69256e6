"""The reads of the vault: masked for people; two in clear for the job that mails."""

from bihuan.customers.queries.families import Candidate, MergeLine, family_ids, head_id, list_candidates, list_merges
from bihuan.customers.queries.finding import (
    find_all,
    find_by_email,
    find_by_identity,
    find_by_last4_and_surname,
    find_by_phone,
)
from bihuan.customers.queries.masked_cards import (
    CustomerCard,
    CustomerPage,
    MaskedField,
    card,
    cards,
    file_card,
    list_customers,
    list_decoys,
    masked_label,
    masked_labels,
    masked_phone,
    masked_phones,
    may_edit,
)
from bihuan.customers.queries.reveal_log import Look, entries_about, looks
from bihuan.customers.queries.texts import (
    email_address,
    render_for_delivery,
    render_masked,
    render_masked_many,
    reply_email_id,
)

__all__ = [
    "Candidate",
    "CustomerCard",
    "CustomerPage",
    "Look",
    "MaskedField",
    "MergeLine",
    "card",
    "cards",
    "email_address",
    "entries_about",
    "family_ids",
    "file_card",
    "find_all",
    "find_by_email",
    "find_by_identity",
    "find_by_last4_and_surname",
    "find_by_phone",
    "head_id",
    "list_candidates",
    "list_customers",
    "list_decoys",
    "list_merges",
    "looks",
    "masked_label",
    "masked_labels",
    "masked_phone",
    "masked_phones",
    "may_edit",
    "render_for_delivery",
    "render_masked",
    "render_masked_many",
    "reply_email_id",
]
