"""The simulator's stories read as what they are, from their scans alone."""

from random import Random

import pytest
from django.core.management import call_command

from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.parcels.actions import simulate_parcels
from bihuan.parcels.journeys import Story, tell
from bihuan.parcels.models import TrackingEvent, Waybill
from bihuan.parcels.reading import Trouble, read_journey

SHOWS = {
    Story.NORMAL: None,
    Story.DELAYED: Trouble.DELAY,
    Story.STRANDED: Trouble.STRANDED,
    Story.LOST: Trouble.LOSS,
    Story.DAMAGED: Trouble.DAMAGE,
    Story.FALSE_SIGN_OFF: Trouble.FALSE_SIGN_OFF,
}


@pytest.mark.parametrize("story", Story)
@pytest.mark.parametrize("seed", range(5))
def test_a_story_shows_what_went_wrong_in_it(story, seed):
    journey = tell(story, Random(seed), now())
    found = read_journey(journey.scans, at=now(), promised_at=journey.promised_at)
    assert (found[0].trouble if found else None) == SHOWS[story]


@pytest.mark.django_db
def test_a_number_that_has_a_journey_keeps_it():
    actor, at = Actor.system("tests"), now()
    first = simulate_parcels(actor=actor, told={"YH780000000001": "LOSS"}, seed=1, at=at)
    assert first == TrackingEvent.objects.count() == 5
    assert simulate_parcels(actor=actor, told={"YH780000000001": "DELAY"}, seed=2, at=at) == 0


@pytest.mark.django_db
@pytest.mark.prints
def test_the_command_plays_every_story():
    call_command("parcels", "simulate", "--count", "6")
    assert Waybill.objects.count() == 6
