"""Rows to be copied: as light as a dataclass, with the column names and defaults of their model.

A model instance costs some fifty times as much to make, and half a million of them are made.
"""

import dataclasses
from typing import Any

from django.db import models
from django.db.models.fields import NOT_PROVIDED

from bihuan.cases.models import Callback, Case, Evidence, Handoff
from bihuan.intake.models import Conversation, ConversationReference, Delivery, ExternalKey, Mail, Message
from bihuan.promises.models import Promise, PromiseEscalation, PromiseExtension

Row = Any


def row_type(model: type[models.Model]) -> type[Row]:
    """A class with one attribute per column of the model; what is not given gets the model's default."""
    columns = [(field.attname, Any, _default(field)) for field in model._meta.concrete_fields if not field.generated]
    return dataclasses.make_dataclass(f"{model.__name__}Row", columns, slots=True, kw_only=True, eq=False)


def _default(field: "models.Field[Any, Any]") -> Any:
    if callable(field.default) and field.default is not NOT_PROVIDED:
        return dataclasses.field(default_factory=field.default)
    if field.default is NOT_PROVIDED:
        is_text = isinstance(field, models.CharField | models.TextField) and not field.null
        return dataclasses.field(default="" if is_text else None)
    return dataclasses.field(default=getattr(field.default, "value", field.default))


CallbackRow = row_type(Callback)
CaseRow = row_type(Case)
ConversationRow = row_type(Conversation)
ReferenceRow = row_type(ConversationReference)
DeliveryRow = row_type(Delivery)
EscalationRow = row_type(PromiseEscalation)
EvidenceRow = row_type(Evidence)
ExtensionRow = row_type(PromiseExtension)
ExternalKeyRow = row_type(ExternalKey)
HandoffRow = row_type(Handoff)
MailRow = row_type(Mail)
MessageRow = row_type(Message)
PromiseRow = row_type(Promise)
