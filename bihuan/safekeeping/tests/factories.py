"""The keeper of the keys, and something that is sealed."""

from bihuan.crypto.files import seal
from bihuan.foundation.actor import Actor, ActorKind, Grant
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.moment import now

AN = Actor(kind=ActorKind.STAFF, id=9, name="安琪", grants=(Grant("SECURITY_ADMIN", frozenset({1})),))
SHEN = Actor(kind=ActorKind.STAFF, id=8, name="沈工", grants=(Grant("SYSTEM_ADMIN", frozenset({1})),))


def keep_files(count: int) -> None:
    """Rows with an encrypted name, as uploads leave them."""
    StoredFile.objects.bulk_create(
        StoredFile(
            token=f"{number:032x}", name=f"照片 {number}.jpg", content_type="image/jpeg", size=1, sha256="0" * 64,
            created_at=now(),
        )
        for number in range(count)
    )  # fmt: skip


def names() -> list[str]:
    """What the rows say, decrypted."""
    return list(StoredFile.objects.order_by("token").values_list("name", flat=True))


def put_sealed_file(folder, name: str, content: bytes) -> None:  # type: ignore[no-untyped-def]
    """A sealed file on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(seal(content))
