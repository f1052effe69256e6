"""API tokens: who calls, with which scopes, until when. The token itself is never stored."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bihuan.organization.models import Staff


class ApiToken(models.Model):
    """A key to the API in the name of one person: it can never do more than the person, and only its scopes."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=32))
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-issued_at"]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"

    def is_valid(self, at: datetime) -> bool:
        """True until it expires or is revoked."""
        return self.revoked_at is None and at < self.expires_at
