"""What intake writes into the journal: ids, codes and counts, never what was said or by whom."""

from dataclasses import dataclass, field

from bihuan.journal.registry import entry


@entry("message.received", subject="conversation")
@dataclass(frozen=True, kw_only=True)
class MessageReceived:
    """``opens`` is true for the first message of a conversation; ``hints`` may hold kind, category, waybill, source."""

    conversation_id: int
    message_id: int
    channel: str
    opens: bool
    hints: dict[str, str] = field(default_factory=dict)


@entry("message.noted", subject="conversation")
@dataclass(frozen=True, kw_only=True)
class MessageNoted:
    """An internal note, or a mail a machine sent: something to read, nothing to answer."""

    conversation_id: int
    message_id: int
    is_automatic: bool = False


@entry("message.queued", subject="conversation")
@dataclass(frozen=True, kw_only=True)
class MessageQueued:
    """An answer or a notice left the desk; ``by_mail`` is false where the customer reads it on the portal only."""

    conversation_id: int
    message_id: int
    by_mail: bool
    notice: str = ""


@entry("message.sent", subject="conversation")
@dataclass(frozen=True, kw_only=True)
class MessageSent:
    conversation_id: int
    message_id: int
    attempts: int


@entry("message.failed", subject="conversation")
@dataclass(frozen=True, kw_only=True)
class MessageFailed:
    conversation_id: int
    message_id: int
    attempts: int
    error: str


@entry("conversation.referred", subject="conversation")
@dataclass(frozen=True, kw_only=True)
class ConversationReferred:
    conversation_id: int
    number: str


@entry("mail.quarantined", subject="quarantine")
@dataclass(frozen=True, kw_only=True)
class MailQuarantined:
    quarantine_id: int
    mail_id: int
    reason: str


@entry("mail.released", subject="quarantine")
@dataclass(frozen=True, kw_only=True)
class MailReleased:
    quarantine_id: int
    mail_id: int
    message_id: int


@entry("mail.dismissed", subject="quarantine")
@dataclass(frozen=True, kw_only=True)
class MailDismissed:
    quarantine_id: int
    mail_id: int


@entry("mailbox.polled", subject="mailbox")
@dataclass(frozen=True, kw_only=True)
class MailboxPolled:
    """The reconciliation of one poll: ``fetched`` is the sum of the other four."""

    mailbox_id: int
    fetched: int
    received: int
    duplicate: int
    automatic: int
    quarantined: int


@entry("mailbox.renumbered", subject="mailbox")
@dataclass(frozen=True, kw_only=True)
class MailboxRenumbered:
    """Reading goes on behind ``last_uid``: the server numbered anew (0), or somebody chose to skip the past."""

    mailbox_id: int
    last_uid: int


@entry("feedback.imported", subject="import")
@dataclass(frozen=True, kw_only=True)
class FeedbackImported:
    """One batch of rows; ``position`` is the last row of the file that is dealt with."""

    import_id: int
    source: str
    position: int
    stored: int
    duplicates: int
    refused: int


@entry("mail.originals_removed", subject="customer")
@dataclass(frozen=True, kw_only=True)
class MailOriginalsRemoved:
    """Sealed mails as they came are gone; what was read out of them stays, with personal data lifted.

    ``customer_id`` is None for mails of several people whose time was over.
    """

    customer_id: int | None
    count: int


@entry("conversation.opened", subject="conversation")
@dataclass(frozen=True, kw_only=True)
class ConversationOpened:
    """We wrote first."""

    conversation_id: int
    channel: str
