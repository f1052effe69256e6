"""The rules of lower modules that the histories follow, imported in one place.

Only the demo reaches past ``actions`` and ``queries``: it stores a year of histories at once and mirrors the verbs, so
it needs the very rules they follow. None of these touches the database.
"""

from bihuan.cases.indexing import terms_of
from bihuan.cases.priority import prioritize
from bihuan.cases.workflow import NUMBER_PREFIX, format_number, next_level, next_state
from bihuan.intake.identity import external_key, fingerprint_of, new_message_id
from bihuan.mail.reasons import MailOutcome
from bihuan.promises.clock import Clock, climb, next_instant
from bihuan.promises.ladder import Rung, ladder_for
from bihuan.promises.scheduling import text as instant_text

__all__ = [
    "NUMBER_PREFIX",
    "Clock",
    "MailOutcome",
    "Rung",
    "climb",
    "external_key",
    "fingerprint_of",
    "format_number",
    "instant_text",
    "ladder_for",
    "new_message_id",
    "next_instant",
    "next_level",
    "next_state",
    "prioritize",
    "terms_of",
]
