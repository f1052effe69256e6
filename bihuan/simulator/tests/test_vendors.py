"""The played platforms as somebody uses them who tries the product without an account anywhere."""

import json
import tomllib
from urllib.request import Request, urlopen

import pytest
from django.core.management import CommandError, call_command

from bihuan.parcels.journeys import Story
from bihuan.simulator.vendors.moods import Mood
from bihuan.simulator.vendors.platforms import PLATFORMS
from bihuan.simulator.vendors.server import STORIES, answer_of, story_of


def post(url, body=b"{}"):
    with urlopen(Request(url, data=body), timeout=5) as answer:
        return answer.read().decode()


def test_a_mood_is_changed_while_it_runs(vendors):
    assert post(f"{vendors.url}/mood/zto/HTML") == "ok"
    assert vendors.moods["zto"] is Mood.HTML
    assert "Bad Gateway" in post(f"{vendors.url}/zto.merchant.waybill.track.query")


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"nonsense", b"msgData=1"])
def test_a_question_without_a_right_signature_is_refused(vendors, platform, body):
    path = platform.address or platform.path
    assert json.loads(post(vendors.url + path, body)) == platform.refusal


def test_the_configuration_names_all_platforms_and_their_keys(vendors):
    tables = tomllib.loads(vendors.configuration())
    assert {name: set(table) for name, table in tables.items()} == {
        platform.name: {"address", *platform.keys} for platform in PLATFORMS
    }


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_a_journey_asked_for_twice_is_the_same_journey(vendors, platform):
    first, second = (answer_of(platform, "SF1234567890121", Mood.HONEST, vendors.told_at) for _ in range(2))
    assert first == second


def test_the_last_digit_tells_the_story():
    assert [story_of(f"SF12345678901{digit}") for digit in range(len(STORIES))] == list(Story)
    assert story_of("SF123456789019") is None


@pytest.mark.parametrize("wish", ["sf=SLEEPY", "ups=SLOW", "sf", ""])
def test_a_wish_nobody_understands_is_refused_with_those_there_are(wish):
    with pytest.raises(CommandError, match="CRAWLING"):
        call_command("carriers", "simulate", "--mood", wish)


def test_a_taken_port_is_named(vendors):
    with pytest.raises(CommandError, match="--port"):
        call_command("carriers", "simulate", "--port", str(vendors.server_address[1]))
