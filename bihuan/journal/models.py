"""The stored journal: entries, the seals over them, the cursors of consumers and what they could not digest."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import RawSQL

from bihuan.journal.position import Position


class EntryQuerySet(models.QuerySet["StoredEntry"]):
    def about(self, subject: str, subject_id: int) -> "EntryQuerySet":
        """The entries of one subject, oldest first."""
        return self.filter(subject=subject, subject_id=subject_id).order_by("id")

    def between(self, after: Position, until: Position) -> "EntryQuerySet":
        """Entries behind one place up to and including another, in reading order."""
        inside = RawSQL(
            "(xid, id) > (%s, %s) AND (xid, id) <= (%s, %s)", [*after, *until], output_field=models.BooleanField()
        )
        return self.filter(inside).order_by("xid", "id")


class StoredEntry(models.Model):
    """One line of the journal. The table is partitioned by month of ``at``: migration 0002 creates it.

    ``units`` are the ids of the units that may see the entry live; ``payload`` holds the fields of its dataclass.
    """

    id = models.BigIntegerField(primary_key=True)
    xid = models.BigIntegerField()
    at = models.DateTimeField()
    division_id = models.BigIntegerField(null=True)
    units = ArrayField(models.BigIntegerField())
    actor_kind = models.TextField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField()
    via = models.TextField()
    code = models.TextField()
    subject = models.TextField()
    subject_id = models.BigIntegerField(null=True)
    payload: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "journal_entry"

    def __str__(self) -> str:
        return f"{self.code} {self.subject}:{self.subject_id} at {self.position}"

    @property
    def position(self) -> Position:
        """The entry's place in reading order."""
        return Position(self.xid, self.id)


class JournalSeal(models.Model):
    """A closed range of entries under one hash, which also covers the seal before it.

    ``marks`` keeps four bytes of the running hash behind every row, so that a check can name the first row that is
    not what it was. ``signature`` is made with a key that is not in the database.
    """

    number = models.BigIntegerField(primary_key=True)
    from_xid = models.BigIntegerField()
    from_id = models.BigIntegerField()
    to_xid = models.BigIntegerField()
    to_id = models.BigIntegerField()
    count = models.IntegerField()
    hash = models.BinaryField()
    marks = models.BinaryField()
    signature = models.BinaryField()
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"seal {self.number} over {self.count} entries"

    @property
    def after(self) -> Position:
        """The place behind which the range begins."""
        return Position(self.from_xid, self.from_id)

    @property
    def until(self) -> Position:
        """The place of the last entry of the range."""
        return Position(self.to_xid, self.to_id)


class ConsumerCursor(models.Model):
    """How far a consumer has read, moved in the transaction of its effects."""

    name = models.TextField(primary_key=True)
    xid = models.BigIntegerField(default=0)
    entry_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")
    last_error_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"

    @property
    def position(self) -> Position:
        """The last entry this consumer has dealt with."""
        return Position(self.xid, self.entry_id)

    def move_to(self, position: Position) -> None:
        """Point at another place; the caller saves."""
        self.xid, self.entry_id = position


class ParkedEntry(models.Model):
    """An entry that a consumer failed on: set aside so that the rest goes on, kept until a retry succeeds."""

    consumer = models.TextField()
    entry_id = models.BigIntegerField()
    code = models.TextField()
    error = models.TextField()
    attempts = models.IntegerField(default=1)
    parked_at = models.DateTimeField()
    tried_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consumer", "entry_id"], name="journal_parked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.consumer}: entry {self.entry_id} ({self.code})"
