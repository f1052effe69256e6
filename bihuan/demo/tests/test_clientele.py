"""Invented customers can be told apart and reached by nobody."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.demo.clientele import invent_people
from bihuan.demo.wordlists import wordlist
from bihuan.language.personal_data import Kind, find


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 400))
def test_no_two_customers_share_a_phone_or_a_mail_address(seed: int, count: int) -> None:
    people = invent_people(Random(seed), count)
    mails = [person.email for person in people if person.email]
    assert len({person.phone for person in people}) == len(people) == count
    assert len(set(mails)) == len(mails)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_details_look_real_and_lead_nowhere(seed: int) -> None:
    for person in invent_people(Random(seed), 20):
        assert [finding.kind for finding in find(person.phone)] == [Kind.PHONE]
        assert person.phone[3:7] == "0000"
        assert person.email == "" or person.email.endswith("@example.com")


def test_every_province_a_customer_lives_in_is_served() -> None:
    served = {province for row in wordlist("company")["divisions"] for province in row["regions"]}
    assert {row["province"] for row in wordlist("places")["cities"]} == served
