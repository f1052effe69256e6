"""The writes of intake."""

from bihuan.intake.actions.delivering import deliver_due, deliver_message
from bihuan.intake.actions.feedback import FeedbackBatch, ImportMoved, finish_import, import_batch, open_import
from bihuan.intake.actions.forgetting import remove_originals, remove_originals_of
from bihuan.intake.actions.mail import MailReceipt, Origin, quarantine_unfetched_mail, receive_mail
from bihuan.intake.actions.polling import PollReport, poll_mailbox, skip_mailbox
from bihuan.intake.actions.quarantine import AlreadyDecided, NothingToRelease, dismiss_mail, release_mail
from bihuan.intake.actions.receiving import (
    MessageEmpty,
    Received,
    ReferenceTaken,
    Refused,
    add_note,
    append_message,
    link_number,
    link_numbers,
    receive_message,
)
from bihuan.intake.actions.sending import open_conversation, send_message, send_notice

__all__ = [
    "AlreadyDecided",
    "FeedbackBatch",
    "ImportMoved",
    "MailReceipt",
    "MessageEmpty",
    "NothingToRelease",
    "Origin",
    "PollReport",
    "Received",
    "ReferenceTaken",
    "Refused",
    "add_note",
    "append_message",
    "deliver_due",
    "deliver_message",
    "dismiss_mail",
    "finish_import",
    "import_batch",
    "link_number",
    "link_numbers",
    "open_conversation",
    "open_import",
    "poll_mailbox",
    "quarantine_unfetched_mail",
    "receive_mail",
    "receive_message",
    "release_mail",
    "remove_originals",
    "remove_originals_of",
    "send_message",
    "send_notice",
    "skip_mailbox",
]
