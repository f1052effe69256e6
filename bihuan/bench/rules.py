"""Rules of lower modules that loaded cases follow, and tokens for who asks. All else comes from actions and queries."""

from bihuan.api.actions import issue_token
from bihuan.cases.indexing import place_terms
from bihuan.cases.workflow import NUMBER_PREFIX, format_number
from bihuan.customers.contacts import initials_tail_index, read_phone, surname_tail_index
from bihuan.language.pinyin import initials, surname

__all__ = [
    "NUMBER_PREFIX",
    "format_number",
    "initials",
    "initials_tail_index",
    "issue_token",
    "place_terms",
    "read_phone",
    "surname",
    "surname_tail_index",
]
