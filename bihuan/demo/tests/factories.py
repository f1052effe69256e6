"""A world to tell stories in: the demo company, one customer, and a moment on a working day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bihuan.cases.models import Category
from bihuan.demo.cast import Cast
from bihuan.demo.chronicle import CUSTOMER, Chronicle, Opening, World
from bihuan.demo.clientele import invent_people
from bihuan.demo.company import Company, found_company
from bihuan.demo.loading import Keys, Numbers
from bihuan.demo.patrons import Patron, lift_for, register_patrons
from bihuan.demo.rulebook import Rulebook
from bihuan.demo.seasons import SHANGHAI
from bihuan.demo.voices import Told
from bihuan.intake.models import Channel
from bihuan.journal.actions import ensure_months

MONDAY = datetime(2026, 3, 2, 9, 0, 12, 345678, tzinfo=SHANGHAI)


@dataclass
class Setting:
    """What a test needs to tell stories."""

    company: Company
    cast: Cast
    world: World
    patron: Patron

    def open(self, told: Told, *, channel: Channel = Channel.PORTAL, at: datetime = MONDAY) -> Chronicle:
        """A chronicle that has just begun, in the East."""
        team = self.company.team("EAST", told.kind)
        opening = Opening(
            told=told, patron=self.patron, channel=channel, team=team, urgency="HIGH", at=at, taken_down_by=CUSTOMER
        )
        return Chronicle(self.world, opening)


def build_setting(*, until: datetime = MONDAY + timedelta(days=60)) -> Setting:
    """The company with one customer; nothing happens after ``until``."""
    ensure_months(MONDAY - timedelta(days=60), until)
    company = found_company(password="Yuanhe-2026-kept", at=MONDAY - timedelta(days=400), rng=Random(1))
    people = [person for person in invent_people(Random(1), 30) if person.email][:1]
    (patron,) = register_patrons(people, start=MONDAY - timedelta(days=30), end=MONDAY)
    lift_for(patron)
    world = World(
        rulebook=Rulebook.load(),
        categories={category.code: category for category in Category.objects.all()},
        keys=Keys(block=20),
        numbers=Numbers("cases_case_number", block=5),
        until=until,
    )
    return Setting(company, Cast(company), world, patron)
