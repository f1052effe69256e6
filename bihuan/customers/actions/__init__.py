"""The writes of the vault."""

from bihuan.customers.actions.details import (
    AddressMissing,
    ContactTaken,
    CorrectionEmpty,
    add_address,
    add_detail,
    add_email,
    add_identity,
    add_phone,
    confirm_contact,
    correct_detail,
    rename_customer,
)
from bihuan.customers.actions.erasing import Erased, erase_customer, remove_addresses, remove_emails, remove_texts
from bihuan.customers.actions.lifting import lift_personal_data, lift_personal_data_many, mask_personal_data
from bihuan.customers.actions.merging import (
    KindsDiffer,
    LeaderNeeded,
    MergeReasonMissing,
    MergeUndone,
    SameCustomer,
    merge_customers,
    undo_merge,
)
from bihuan.customers.actions.registering import (
    find_or_register_customer,
    find_or_register_customers,
    register_customer,
    register_decoy,
)
from bihuan.customers.actions.revealing import (
    CaseMissing,
    PurposeMissing,
    Revealed,
    open_file,
    record_look,
    reveal_field,
    reveal_text,
)
from bihuan.customers.contacts import EmailInvalid, IdentityInvalid, PhoneInvalid
from bihuan.customers.drafts import CustomerDraft
from bihuan.customers.kinds import IDENTITIES, CustomerKind, DatumKind, RevealPurpose

__all__ = [
    "IDENTITIES",
    "AddressMissing",
    "CaseMissing",
    "ContactTaken",
    "CorrectionEmpty",
    "CustomerDraft",
    "CustomerKind",
    "DatumKind",
    "EmailInvalid",
    "Erased",
    "IdentityInvalid",
    "KindsDiffer",
    "LeaderNeeded",
    "MergeReasonMissing",
    "MergeUndone",
    "PhoneInvalid",
    "PurposeMissing",
    "RevealPurpose",
    "Revealed",
    "SameCustomer",
    "add_address",
    "add_detail",
    "add_email",
    "add_identity",
    "add_phone",
    "confirm_contact",
    "correct_detail",
    "erase_customer",
    "find_or_register_customer",
    "find_or_register_customers",
    "lift_personal_data",
    "lift_personal_data_many",
    "mask_personal_data",
    "merge_customers",
    "open_file",
    "record_look",
    "register_customer",
    "register_decoy",
    "remove_addresses",
    "remove_emails",
    "remove_texts",
    "rename_customer",
    "reveal_field",
    "reveal_text",
    "undo_merge",
]
