"""The public form: what is sent twice is one case, and what cannot be taken is refused in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bihuan.cases.models import Case
from bihuan.foundation.files.tests.factories import PNG
from bihuan.organization.queries import NoUnitYet
from tests.people import build_company

pytestmark = pytest.mark.django_db

ADDRESS = "/service/new/complaint"


def filled_in(ticket: str, **changes):
    return {
        "ticket": ticket,
        "category": "LOSS",
        "matter": "三天没有动了。",
        "outcomes": "find",
        "customer_phone": "13800001234",
        "files": SimpleUploadedFile("box.png", PNG),
    } | changes


@pytest.fixture
def ticket():
    """The ticket of a fresh form of a company that works."""
    build_company()
    return Client().get(ADDRESS).context["form"]["ticket"].value()


def shown_number(browser: Client) -> str:
    page = browser.get(reverse("portal_done"))
    return page.context["case"].number


def test_every_form_has_a_ticket_of_its_own(ticket):
    page = Client().get(ADDRESS)
    other = page.context["form"]["ticket"].value()
    assert other != ticket and f'value="{other}"' in page.content.decode()


def test_a_form_sent_again_after_a_lost_answer_is_the_same_case(ticket):
    lost, again = Client(), Client()
    lost.post(ADDRESS, filled_in(ticket))
    assert again.post(ADDRESS, filled_in(ticket)).status_code == 302
    assert shown_number(again) == shown_number(lost) == Case.objects.get().number


def test_who_goes_back_and_writes_about_something_else_opens_another_case(ticket):
    browser = Client()
    browser.post(ADDRESS, filled_in(ticket))
    browser.post(ADDRESS, filled_in(ticket, matter="另外一件也坏了。"))
    assert Case.objects.count() == 2


def test_a_form_that_is_corrected_keeps_its_ticket(ticket):
    page = Client().post(ADDRESS, filled_in(ticket, matter=""))
    assert page.status_code == 422 and page.context["form"]["ticket"].value() == ticket


def test_without_any_unit_the_page_says_what_is_missing():
    page = Client().post(ADDRESS, filled_in(""))
    assert page.status_code == 409 and str(NoUnitYet()) in page.content.decode()
    assert not Case.objects.exists()
