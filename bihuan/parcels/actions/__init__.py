"""The writes about parcels: register a waybill, store what happened to it, ask the carriers about it."""

from bihuan.carriers.actions import ProviderFailed
from bihuan.carriers.numbers import WaybillNumberInvalid, WaybillNumberScientific
from bihuan.parcels.actions.asking import (
    answer_inquiry,
    ask_about_parcel,
    ask_local_store,
    remove_old_inquiries,
    request_inquiry,
)
from bihuan.parcels.actions.playing import simulate_parcels
from bihuan.parcels.actions.registering import WaybillDraft, register_waybill
from bihuan.parcels.actions.scanning import Recorded, record_scans

__all__ = [
    "ProviderFailed",
    "Recorded",
    "WaybillDraft",
    "WaybillNumberInvalid",
    "WaybillNumberScientific",
    "answer_inquiry",
    "ask_about_parcel",
    "ask_local_store",
    "record_scans",
    "register_waybill",
    "remove_old_inquiries",
    "request_inquiry",
    "simulate_parcels",
]
