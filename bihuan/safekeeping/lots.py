"""The parts of a rotation in their order: each encrypted column, then the files. Each goes on behind a given place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from bihuan.crypto import files, rotation
from bihuan.crypto.keys import keyring

FILES_AT_ONCE = 50


@dataclass(frozen=True)
class Lot:
    """``step(after)`` works on what lies behind a place and says how far it came; None when nothing is left there.

    ``count()`` tells how much there is to do in all.
    """

    name: str
    step: Callable[[Any], rotation.Batch | None]
    count: Callable[[], int]


def data_lots() -> list[Lot]:
    """Everything the data keys seal."""
    return [*map(_column_lot, rotation.encrypted_columns()), Lot("files", _reseal_files, _count_files)]


def _column_lot(column: rotation.Column) -> Lot:
    return Lot(
        column.label,
        lambda after: rotation.reencrypt_batch(column, after=after),
        partial(rotation.count_outdated, column),
    )


def _reseal_files(after: Any) -> rotation.Batch | None:
    """The next files in the order of their names; one that is removed meanwhile is nobody's loss."""
    waiting = [path for path in _outdated_files() if after is None or str(path) > after][:FILES_AT_ONCE]
    resealed = sum(files.reseal_if_there(path) for path in waiting)
    return rotation.Batch(resealed, str(waiting[-1])) if waiting else None


def _count_files() -> int:
    return sum(1 for _ in _outdated_files())


def _outdated_files() -> Iterator[Path]:
    active = keyring().active_id
    return iter(sorted(path for path, key_id in files.sealed_files(Path(settings.FILES_DIR)) if key_id != active))
