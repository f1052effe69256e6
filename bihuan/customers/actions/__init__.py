"""The writes of the vault."""

from bihuan.customers.actions.details import (
    AddressMissing,
    ContactTaken,
    add_address,
    add_email,
    add_phone,
    confirm_contact,
    rename_customer,
)
from bihuan.customers.actions.lifting import lift_personal_data, lift_personal_data_many
from bihuan.customers.actions.registering import (
    find_or_register_customer,
    find_or_register_customers,
    register_customer,
)
from bihuan.customers.actions.revealing import (
    CaseMissing,
    PurposeMissing,
    Revealed,
    record_look,
    reveal_field,
    reveal_text,
)
from bihuan.customers.contacts import EmailInvalid, PhoneInvalid
from bihuan.customers.drafts import CustomerDraft
from bihuan.customers.kinds import CustomerKind, DatumKind, RevealPurpose

__all__ = [
    "AddressMissing",
    "CaseMissing",
    "ContactTaken",
    "CustomerDraft",
    "CustomerKind",
    "DatumKind",
    "EmailInvalid",
    "PhoneInvalid",
    "PurposeMissing",
    "RevealPurpose",
    "Revealed",
    "add_address",
    "add_email",
    "add_phone",
    "confirm_contact",
    "find_or_register_customer",
    "find_or_register_customers",
    "lift_personal_data",
    "lift_personal_data_many",
    "record_look",
    "register_customer",
    "rename_customer",
    "reveal_field",
    "reveal_text",
]
