"""Whoever the benchmark asks as: sessions for pages and tokens for the API, and what they ask for."""

from collections import Counter
from datetime import datetime
from importlib import import_module
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from bihuan.bench.clientele import phone_of
from bihuan.bench.rules import issue_token
from bihuan.bench.voices import invent_voices
from bihuan.demo.company import Company
from bihuan.foundation.actor import Actor
from bihuan.language.segmentation import query_terms
from bihuan.organization.models import Staff
from bihuan.organization.roles import Role

SCOPES = ("case.view", "case.open", "customer.view")
SESSION_SECONDS = 12 * 3600
SAMPLES = 400
NUMBERS_SQL = """
    SELECT c.number FROM cases_case c WHERE c.team_id = ANY (
        SELECT below.id FROM organization_rolegrant g JOIN organization_unit top ON top.id = g.unit_id
          JOIN organization_unit below ON below.path LIKE top.path || '%%' WHERE g.staff_id = %s)
     AND c.id %% 997 {} 0 ORDER BY c.id DESC LIMIT %s
"""


def people_of(company: Company) -> dict[str, Staff]:
    """An agent of the largest team, one of the smallest, the manager of the largest division, the director."""
    divisions = [unit for unit in company.units.values() if unit.kind == "DIVISION"]
    large, small = divisions[0], divisions[-1]
    return {
        "agent": company.people(Role.AGENT, company.team(large.code, "CONSULTATION"))[0],
        "small_agent": company.people(Role.AGENT, company.team(small.code, "SUGGESTION"))[0],
        "manager": company.people(Role.MANAGER, large)[0],
        "director": company.people(Role.DIRECTOR, company.units["HQ"])[0],
    }


def sign_in(staff: Staff) -> str:
    """A session that does not end while the benchmark runs; returns its cookie."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.set_expiry(SESSION_SECONDS)
    session.save()
    return str(session.session_key)


def describe(company: Company, *, cases: int, customers: int, at: datetime) -> dict[str, Any]:
    """What the clients need: cookies and tokens by person, numbers of cases, words to search for, phones, voices."""
    rng = Random("asking")
    people = people_of(company)
    return {
        "cases": cases,
        "cookies": {name: sign_in(staff) for name, staff in people.items()},
        "tokens": {name: _token(staff, at) for name, staff in people.items()},
        "teams": {name: staff.unit_id for name, staff in people.items()},
        "numbers": {name: _numbers(staff, "<>") for name, staff in people.items()},
        "long_numbers": {name: _numbers(staff, "=") for name, staff in people.items()},
        "words": _words(rng, at),
        "phones": [phone_of(rng.randint(1, customers)) for _ in range(SAMPLES)],
        "voices": [
            {"kind": voice.kind, "category": voice.category, "title": voice.title, "matter": voice.matter}
            | {"expected": voice.expected, "region": voice.province}
            for voice in invent_voices(rng, SAMPLES, at)
        ],
    }


def _token(staff: Staff, at: datetime) -> str:
    _stored, clear = issue_token(actor=Actor.system("bench"), staff_id=staff.pk, name="bench", scopes=SCOPES, at=at)
    return clear


def _numbers(staff: Staff, which: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS_SQL.format(which), [staff.pk, SAMPLES])
        return [number for (number,) in cursor.fetchall()]


def _words(rng: Random, at: datetime) -> dict[str, list[str]]:
    """Queries of one and two words, from the most frequent to rare ones, taken out of what customers wrote."""
    found: Counter[str] = Counter()
    for voice in invent_voices(rng, 1_500, at):
        found.update({word for word in _stretches(voice.matter) if len(query_terms(word)) >= 1})
    ranked = [word for word, _ in found.most_common()]
    middle, rare = ranked[40:400], ranked[400:4000]
    return {
        "frequent": ranked[:12],
        "middle": rng.sample(middle, min(60, len(middle))),
        "rare": rng.sample(rare, min(120, len(rare))),
        "two": [f"{rng.choice(ranked[:60])} {rng.choice(ranked[:300])}" for _ in range(80)],
    }


def _stretches(text: str) -> list[str]:
    from_words = [word for word in "".join(c if "\u4e00" <= c <= "\u9fff" else " " for c in text).split()]
    return [word[start : start + 3] for word in from_words for start in range(0, max(1, len(word) - 2), 3)]
