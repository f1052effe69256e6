"""How many mails a thread or a person may cause before we stop answering: two robots must never talk for ever."""

from datetime import datetime, timedelta

WINDOW = timedelta(hours=1)
# Automatic notices: a new thread gets a receipt and a few stage notices; a robot that answers each of them opens
# thread after thread, so the address has a limit of its own.
NOTICES_PER_THREAD = 5
NOTICES_PER_ADDRESS = 8
# Mails from outside into one thread: more within the hour wait for a person.
MAILS_PER_THREAD = 20
MAX_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=1)


def may_send_notice(*, in_thread: int, to_address: int) -> bool:
    """True while an automatic notice may still go out, given those of the last hour."""
    return in_thread < NOTICES_PER_THREAD and to_address < NOTICES_PER_ADDRESS


def may_join_thread(mails: int) -> bool:
    """True while a thread takes another mail, given those of the last hour."""
    return mails < MAILS_PER_THREAD


def next_attempt(attempts: int, at: datetime) -> datetime:
    """When to try again after so many attempts: 1, 2, 4 … minutes, at most an hour apart."""
    return at + min(timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_PAUSE)
