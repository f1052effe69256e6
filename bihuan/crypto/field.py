"""Model fields whose column holds ciphertext. They are stored and read, never searched: a blind index does that."""

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Never

from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from bihuan.crypto import envelope

if TYPE_CHECKING:
    AnyField = models.Field[Any, Any]
else:
    AnyField = models.Field


class EncryptedField(AnyField):
    """Common part: seals on the way to the database, opens on the way back, refuses every look-up but ``isnull``."""

    empty_strings_allowed = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if any(kwargs.get(option) for option in ("unique", "primary_key", "db_index")):
            raise ImproperlyConfigured("ciphertext differs at every write: it cannot be unique or indexed")
        super().__init__(*args, **kwargs)

    def to_bytes(self, value: Any) -> bytes:
        """The clear value as bytes."""
        raise NotImplementedError

    def from_bytes(self, clear: bytes) -> Any:
        """The clear value again."""
        raise NotImplementedError

    @cached_property
    def place(self) -> bytes:
        """What the ciphertext is bound to: ``app_label.model.field``."""
        return f"{self.model._meta.label_lower}.{self.name}".encode()

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> bytes | None:
        return None if value is None else envelope.seal(self.to_bytes(value), self.place)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        return None if value is None else self.from_bytes(envelope.unseal(bytes(value), self.place))

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else self._refuse(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        self._refuse(lookup_name)

    def _refuse(self, lookup_name: str) -> Never:
        raise FieldError(f"{self.name} is encrypted: '{lookup_name}' cannot look into it, use its blind index")


class EncryptedTextField(EncryptedField):
    """Text."""

    description = "Encrypted text"

    def to_bytes(self, value: Any) -> bytes:
        return str(value).encode()

    def from_bytes(self, clear: bytes) -> str:
        return clear.decode()


class EncryptedJSONField(EncryptedField):
    """Anything JSON can hold."""

    description = "Encrypted JSON"

    def to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def from_bytes(self, clear: bytes) -> Any:
        return json.loads(clear)


class EncryptedBytesField(EncryptedField):
    """Raw bytes, such as a received mail."""

    description = "Encrypted bytes"

    def to_bytes(self, value: Any) -> bytes:
        return bytes(value)

    def from_bytes(self, clear: bytes) -> bytes:
        return clear
