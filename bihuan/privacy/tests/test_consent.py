"""Yes and no to each purpose; a no never blocks."""

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.cases.models import Case
from bihuan.cases.tests import factories
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.foundation.moment import now
from bihuan.journal.queries import entries_of
from bihuan.privacy import actions, queries
from bihuan.privacy.actions import PurposeUnknown
from bihuan.privacy.models import Consent
from tests.people import acting, build_company

pytestmark = [pytest.mark.django_db, pytest.mark.feature("2.5")]
FORM = {"category": "LOSS", "matter": "镜头三天没动。", "outcomes": ["find"], "customer_phone": "13800001234"}


def said(customer_id):
    return {line.purpose: line.is_given for line in queries.list_consents(customer_id)}


def test_a_customer_who_refuses_the_address_gets_a_case_and_the_refusal_is_kept():
    build_company()
    answer = Client().post(reverse("portal_new", args=["complaint"]), FORM | {"consents": ["SURVEY"]})
    assert answer.status_code == 302
    case = Case.objects.get()
    refused = dict.fromkeys(["ADDRESS", "CARE", "MARKETING", "SHARING"], False)
    assert said(case.customer_id) == refused | {"SURVEY": True}
    refusal = Consent.objects.get(purpose="ADDRESS")
    assert (refusal.notice_version, refusal.channel) == ("2026-11", "PORTAL")
    codes = [entry.code for entry in entries_of("customer", case.customer_id)]
    assert codes.count("privacy.consent_recorded") == 5


def test_a_yes_is_taken_back_with_one_press_on_the_customers_own_page():
    build_company()
    browser = Client()
    browser.post(reverse("portal_new", args=["complaint"]), FORM | {"consents": ["SURVEY", "ADDRESS"]})
    case = Case.objects.get()
    page = browser.get(reverse("portal_data", args=[case.public_token])).content.decode()
    assert "保存地址" in page and "收回" in page and "138" not in page.split("<main")[-1]
    browser.post(reverse("portal_consent", args=[case.public_token]), {"purpose": "ADDRESS", "answer": "0"})
    assert said(case.customer_id)["ADDRESS"] is False
    assert not queries.has_consent(case.customer_id, "ADDRESS")
    assert queries.has_consent(case.customer_id, "SURVEY")
    assert Consent.objects.filter(purpose="ADDRESS").count() == 2


def test_nobody_speaks_for_somebody_else():
    company = build_company()
    case = factories.open_complaint()
    given = {"customer_id": case.customer_id, "answers": {"CARE": True}, "channel": "DESK", "at": now()}
    for actor, refusal in [
        (factories.visitor(), NotVisible),
        (acting(company.inspector), NotAllowed),
        (Actor.system("x"), NotAllowed),
    ]:
        with pytest.raises(refusal):
            actions.record_consents(actor=actor, **given)
    with pytest.raises(PurposeUnknown):
        actions.record_consents(actor=acting(company.lin), **given | {"answers": {"SPY": True}})
    assert not Consent.objects.exists()
    assert Client().get(reverse("portal_data", args=[case.public_token])).status_code == 404
    actions.record_consents(actor=acting(company.lin), **given)
    assert queries.has_consent(case.customer_id, "CARE")
