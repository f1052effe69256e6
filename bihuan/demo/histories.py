"""All cases of the demo: the past in order of arrival, then what lies open on people's desks now."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import TypeVar

from bihuan.demo.cast import Cast
from bihuan.demo.chronicle import CUSTOMER, Chronicle, Halted, Opening, World, shop
from bihuan.demo.complaints import tell_complaint
from bihuan.demo.patrons import Patron, lift_for, patron_at
from bihuan.demo.questions import tell_consultation, tell_suggestion
from bihuan.demo.seasons import SHANGHAI, arrivals
from bihuan.demo.stage import Stage
from bihuan.demo.voices import COMPLAINT, CONSULTATION, SUGGESTION, Scene, mentions_personal, tell
from bihuan.foundation.actor import Actor
from bihuan.intake.models import Channel
from bihuan.organization.models import Unit

Name = TypeVar("Name", bound=str)

TELLERS: dict[str, Callable[[Stage], None]] = {
    COMPLAINT: tell_complaint,
    CONSULTATION: tell_consultation,
    SUGGESTION: tell_suggestion,
}
KINDS = {COMPLAINT: 0.55, CONSULTATION: 0.37, SUGGESTION: 0.08}
CHANNELS = {Channel.PORTAL: 46, Channel.DESK: 22, Channel.API: 18, Channel.MAIL: 14}
URGENCIES = {"HIGH": 15, "MEDIUM": 65, "LOW": 20}
# What lies on the desks now beside what the last days left there: kind, state, round, how many of 100.
OPEN_NOW = (
    (COMPLAINT, "RECEIVED", 1, 15), (COMPLAINT, "CONFIRMED", 1, 11), (COMPLAINT, "HANDED_OVER", 1, 13),
    (COMPLAINT, "INVESTIGATING", 1, 14), (COMPLAINT, "INVESTIGATED", 1, 8), (COMPLAINT, "ANSWERED", 1, 8),
    (COMPLAINT, "SATISFIED", 1, 3), (COMPLAINT, "CONFIRMED", 2, 4), (COMPLAINT, "HANDED_OVER", 2, 1),
    (COMPLAINT, "CONFIRMED", 3, 1), (CONSULTATION, "RECEIVED", 1, 6), (CONSULTATION, "PROMISED", 1, 4),
    (CONSULTATION, "HANDED_OVER", 1, 1), (CONSULTATION, "INVESTIGATING", 1, 1), (CONSULTATION, "ANSWERED", 1, 2),
    (SUGGESTION, "RECEIVED", 1, 2), (SUGGESTION, "ASSESSED", 1, 1), (SUGGESTION, "FORWARDED", 1, 2),
    (SUGGESTION, "ADOPTED", 1, 1), (SUGGESTION, "IMPLEMENTING", 1, 1), (SUGGESTION, "DECLINED", 1, 1),
)  # fmt: skip
MOODS = {"ON_TRACK": 70, "AT_RISK": 17, "LATE": 13}
OPEN_NOW_SHARE = 0.013
FEWEST_OPEN_NOW = len(OPEN_NOW)
# How far back an open case may have begun, in hours, by the number of steps behind it.
HOURS_BACK = {"RECEIVED": 5, "CONFIRMED": 30, "HANDED_OVER": 34, "INVESTIGATING": 46, "INVESTIGATED": 60}
LONGEST_BACK = {COMPLAINT: 120, CONSULTATION: 36, SUGGESTION: 216}
TRIES = 30
NAMED_DIVISION_SHARE = 0.6
NAMED_DIVISION = "EAST"


@dataclass
class Storyteller:
    """Tells cases of one company: each with a generator of its own, so one case does not change the next."""

    world: World
    cast: Cast
    patrons: list[Patron]
    seed: int

    def tell_past(self, count: int, start: datetime) -> Iterator[Chronicle]:
        """``count`` cases that arrived from ``start`` on, in order; the youngest are still open."""
        moments = arrivals(Random(f"{self.seed} arrivals"), count, start, self.world.until)
        for number, at in enumerate(moments):
            rng = Random(f"{self.seed} {number}")
            kind = _draw(rng, KINDS)
            yield self._tell(rng, kind, patron_at(rng, self.patrons, at), at)

    def tell_open(self, count: int) -> Iterator[Chronicle]:
        """``count`` cases that stand somewhere on their way now, on track, at risk or late."""
        rng = Random(f"{self.seed} open")
        weights = [row[3] for row in OPEN_NOW]
        # Every row once, then as the weights fall.
        rows = [*OPEN_NOW, *rng.choices(OPEN_NOW, weights, k=max(0, count - len(OPEN_NOW)))][:count]
        for number, (kind, state, round_, _weight) in enumerate(rows):
            yield self._tell_until_it_fits(number, kind, (state, round_), _draw(rng, MOODS))

    def _tell_until_it_fits(self, number: int, kind: str, stay_at: tuple[str, int], mood: str) -> Chronicle:
        """Tries beginnings until the case stands where it shall, with its clocks as they shall be."""
        chronicle: Chronicle | None = None
        for attempt in range(TRIES):
            rng = Random(f"{self.seed} open {number} {attempt}")
            hours = HOURS_BACK.get(stay_at[0], LONGEST_BACK[kind]) * stay_at[1]
            at = self.world.until - timedelta(hours=hours) * rng.random() ** 1.2
            told = self._tell(rng, kind, self._named_patron(rng), at.astimezone(SHANGHAI), stay_at)
            if (told.case.state, told.case.round) != stay_at:
                continue
            chronicle = told
            if _mood(told, self.world.until) == mood:
                break
        return chronicle or told

    def _tell(
        self, rng: Random, kind: str, patron: Patron, at: datetime, stay_at: tuple[str, int] | None = None
    ) -> Chronicle:
        scene = Scene(rng, patron.person)
        told = tell(scene, kind, at)
        if mentions_personal(told.matter):
            lift_for(patron)
        division = self.cast.company.division_of(patron.person.city.province)
        team = self.cast.company.team(division, kind)
        channel = _draw(rng, CHANNELS)
        if channel == Channel.MAIL and patron.email_id is None:
            channel = Channel.PORTAL
        opening = Opening(
            told=told,
            patron=patron,
            channel=channel,
            team=team,
            urgency=_draw(rng, URGENCIES),
            at=at,
            taken_down_by=self._taker(rng, channel, team),
        )
        chronicle = Chronicle(self.world, opening, stay_at)
        with suppress(Halted):
            TELLERS[kind](Stage(chronicle, self.cast, scene, rng, at))
        chronicle.halt()
        return chronicle

    def _taker(self, rng: Random, channel: Channel, team: Unit) -> Actor:
        if channel == Channel.DESK:
            return self.cast.agent(rng, team)
        return shop(self.cast.company.staff["platform"]) if channel == Channel.API else CUSTOMER

    def _named_patron(self, rng: Random) -> Patron:
        """Mostly somebody from the division whose people have log-ins."""
        wants_named = rng.random() < NAMED_DIVISION_SHARE
        while True:
            patron = rng.choice(self.patrons)
            is_named = self.cast.company.division_of(patron.person.city.province) == NAMED_DIVISION
            if is_named or not wants_named:
                return patron


def open_count(cases: int) -> int:
    """How many of the cases are placed on the desks on purpose."""
    return min(cases, max(FEWEST_OPEN_NOW, round(cases * OPEN_NOW_SHARE)))


def _draw(rng: Random, weights: Mapping[Name, float]) -> Name:
    return rng.choices(list(weights), cum_weights=list(accumulate(weights.values())))[0]


def _mood(chronicle: Chronicle, at: datetime) -> str:
    """How the nearest promise of the case stands."""
    promise = min(chronicle.ledger.running, key=lambda running: running.due_at, default=None)
    if promise is None or at < promise.risk_at:
        return "ON_TRACK"
    return "LATE" if at > promise.due_at else "AT_RISK"
