"""What safekeeping writes into the journal; never a key, never a value."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("rotation.started", subject="rotation")
@dataclass(frozen=True, kw_only=True)
class RotationStarted:
    rotation_id: int
    kind: str
    key_id: int
    pace: int


@entry("rotation.changed", subject="rotation")
@dataclass(frozen=True, kw_only=True)
class RotationChanged:
    """Paused, resumed, cancelled, failed or done; ``done`` is how many values had the new key by then."""

    rotation_id: int
    before: str
    after: str
    done: int


@entry("rotation.paced", subject="rotation")
@dataclass(frozen=True, kw_only=True)
class RotationPaced:
    rotation_id: int
    before: int
    after: int


@entry("key.retired", subject="key")
@dataclass(frozen=True, kw_only=True)
class KeyRetired:
    key_id: int
