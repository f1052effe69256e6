"""One loaded case in figures: where it lies, who has it, how far it is. Skewed as in life, seeded."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from bihuan.bench.voices import Voice
from bihuan.cases.models import State
from bihuan.demo.company import Company
from bihuan.organization.models import Unit
from bihuan.organization.roles import Role

# The large division has most, the smallest team one case in three hundred.
DIVISION_SHARES = (0.55, 0.28, 0.13, 0.04)
OPEN_DAYS = 9.0
OPEN_STATES = {
    "COMPLAINT": (
        (State.RECEIVED, 5), (State.CONFIRMED, 3), (State.HANDED_OVER, 3), (State.INVESTIGATING, 5),
        (State.INVESTIGATED, 2), (State.ANSWERED, 3),
    ),
    "CONSULTATION": ((State.RECEIVED, 6), (State.PROMISED, 3), (State.ANSWERED, 2)),
    "SUGGESTION": ((State.RECEIVED, 3), (State.ASSESSED, 3), (State.FORWARDED, 3), (State.IMPLEMENTING, 2)),
}  # fmt: skip
CAUSES = ("PEOPLE", "PROCESS", "SYSTEM", "PARTNER", "CUSTOMER", "FORCE_MAJEURE")
HANDED_OVER = frozenset({State.HANDED_OVER, State.INVESTIGATING, State.FORWARDED})


@dataclass(frozen=True, slots=True)
class Shape:
    """The facts of case ``id``; ``closed_at`` None means open."""

    id: int
    voice: Voice
    opened_at: datetime
    closed_at: datetime | None
    state: str
    team: Unit
    department: Unit
    owner_id: int | None
    customer_id: int
    priority: int
    cause: str
    waybill: str
    is_handed_over: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """What all loaded cases share."""

    company: Company
    voices: list[Voice]
    customers: int
    until: datetime


def shape_cases(rng: Random, setting: Setting, moments: list[datetime], first_id: int) -> Iterator[Shape]:
    """One case for each moment, in order of time and id."""
    company = setting.company
    divisions = [unit.code for unit in company.units.values() if unit.kind == "DIVISION"]
    limits = list(accumulate(DIVISION_SHARES[: len(divisions)]))
    states = {
        kind: ([state for state, _ in rows], list(accumulate(n for _, n in rows))) for kind, rows in OPEN_STATES.items()
    }
    for case_id, opened_at in enumerate(moments, first_id):
        voice = setting.voices[int(rng.random() * len(setting.voices))]
        division = divisions[min(bisect(limits, rng.random() * limits[-1]), len(divisions) - 1)]
        team = company.team(division, voice.kind)
        age = (setting.until - opened_at) / timedelta(days=1)
        is_open = rng.random() < 0.9 * 0.5 ** (age / OPEN_DAYS) + 0.003
        names, weights = states[voice.kind]
        state = names[bisect(weights, rng.random() * weights[-1] * 0.999)] if is_open else State.CLOSED
        agents = company.people(Role.AGENT, team)
        owner = agents[int(rng.random() ** 1.6 * len(agents))] if state != State.RECEIVED and agents else None
        closed_at = None if is_open else min(setting.until, opened_at + timedelta(hours=2 + rng.expovariate(1 / 40)))
        yield Shape(
            id=case_id,
            voice=voice,
            opened_at=opened_at,
            closed_at=closed_at,
            state=state,
            team=team,
            department=company.department("OPERATIONS", team.division_id),
            owner_id=owner.pk if owner else None,
            customer_id=1 + int(rng.random() ** 1.4 * setting.customers),
            priority=1 + bisect((0.02, 0.2, 0.8), rng.random()),
            cause="" if is_open or voice.kind != "COMPLAINT" else CAUSES[int(rng.random() ** 1.5 * len(CAUSES))],
            waybill=f"YH77{rng.randrange(10**10):010d}" if rng.random() < 0.75 else "",
            is_handed_over=state in HANDED_OVER or (not is_open and voice.kind == "COMPLAINT" and rng.random() < 0.5),
        )
