"""The row of a stored file. Its bytes lie sealed on disk, its name is encrypted; both go when the row goes."""

from typing import ClassVar

from django.db import models

from bihuan.crypto.field import EncryptedTextField


class StoredFile(models.Model):
    """One uploaded or received file.

    ``token`` is unguessable and names the file on disk; ``content_type`` was sniffed, never taken from the sender;
    ``sha256`` is of the clear bytes, for evidence. ``kept`` says that another row is known to refer to the file.
    """

    token = models.CharField(max_length=32, unique=True)
    name = EncryptedTextField()
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    kept = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=models.Q(kept=False), name="storedfile_unkept"),
        ]

    def __str__(self) -> str:
        return self.token

    @property
    def is_image(self) -> bool:
        """True when browsers show the file as a picture."""
        return self.content_type in {"image/jpeg", "image/png", "image/gif", "image/webp"}
