"""The system administrator sees which lines to other carriers work, and tries one without waiting for it."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.carriers import actions
from bihuan.carriers.breaker import MOST_FAILURES
from bihuan.carriers.models import ProviderTrial
from bihuan.carriers.numbers import Carrier
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.simulator.vendors.moods import Mood
from tests.people import build_company, signed_in

JOB = Actor.system("tests")
SF = "SF1234567890120"


@pytest.fixture
def company(db):
    return build_company()


def ask(at=None):
    return actions.ask_carriers(actor=JOB, number=SF, carriers=(Carrier.SF,), at=at or now())


def row(page, code):
    return page.content.decode().split(f'<tr id="{code}">')[1].split("</tr>")[0]


def test_without_keys_every_provider_says_that_it_is_not_configured(company):
    page = signed_in(company.system_admin).get("/providers")
    assert page.status_code == 200 and page.content.decode().count("没有配置") == 5
    assert "本公司运单库" in page.content.decode()


def test_calls_failures_and_times_are_told(company, vendors):
    ask()
    vendors.moods["sf"] = Mood.HTML
    ask()
    shown = row(signed_in(company.system_admin).get("/providers"), "SF")
    assert "2 次" in shown and "失败 1" in shown and "答复看不懂" in shown and " ms" in shown and "正常" in shown


def test_a_breaker_that_opened_shows_since_when_and_when_it_is_tried_again(company, vendors):
    vendors.moods["sf"] = Mood.BUSY
    for _ in range(MOST_FAILURES):
        ask()
    shown = row(signed_in(company.system_admin).get("/providers"), "SF")
    assert "已断开" in shown and "起" in shown and "再试" in shown and "次数或套餐用完" in shown


def test_no_secret_and_no_word_of_theirs_is_shown(company, vendors):
    vendors.moods["sf"] = Mood.HTML
    ask()
    page = signed_in(company.system_admin).get("/providers").content.decode()
    assert not [word for word in ("fjcg5PGK", "KEY123", "Bad Gateway", "zto-secret") if word in page]


def test_a_trial_is_queued_asked_by_a_job_and_told(company, vendors):
    keeper = signed_in(company.system_admin)
    assert keeper.post("/providers/try", {"provider": "SF", "number": "sf 1234-5678 90120"}).status_code == 302
    assert vendors.asked["sf"] == 0
    waiting = keeper.get("/providers")
    assert "正在查" in row(waiting, "SF") and 'hx-trigger="every 2s"' in waiting.content.decode()
    job = ProcrastinateJob.objects.get(task_name="bihuan.carriers.tasks.run_trial")
    actions.run_trial(actor=JOB, trial_id=job.args["trial_id"], at=now())
    shown = keeper.get("/providers")
    assert "查到" in row(shown, "SF") and "every 2s" not in shown.content.decode()


def test_a_trial_closes_a_breaker_before_its_time_when_the_provider_answers(company, vendors):
    vendors.moods["sf"] = Mood.ERROR
    for _ in range(MOST_FAILURES):
        ask()
    vendors.moods["sf"] = Mood.HONEST
    keeper = signed_in(company.system_admin)
    keeper.post("/providers/try", {"provider": "SF", "number": SF})
    actions.run_trial(actor=JOB, trial_id=ProviderTrial.objects.get().pk, at=now())
    assert "正常" in row(keeper.get("/providers"), "SF")


def test_one_trial_of_a_provider_at_a_time_and_a_lost_one_is_told(company, vendors):
    keeper, wish = signed_in(company.system_admin), {"provider": "SF", "number": SF}
    keeper.post("/providers/try", wish)
    assert keeper.post("/providers/try", wish).status_code == 409
    ProviderTrial.objects.update(asked_at=now() - timedelta(minutes=3))
    assert "没有完成" in row(keeper.get("/providers"), "SF")
    assert ProviderTrial.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"number": "7.73E+11"}, {"number": "没有"}, {"number": ""}, {"provider": "UPS"}])
def test_a_wrong_wish_is_told_beside_its_field_and_asks_nobody(company, vendors, wrong):
    answer = signed_in(company.system_admin).post("/providers/try", {"provider": "SF", "number": SF} | wrong)
    assert answer.status_code == 422 and not ProviderTrial.objects.exists()


@pytest.mark.parametrize("who", ["lin", "he", "security_admin", "audit_admin"])
def test_nobody_else_sees_or_tries_the_lines(company, who):
    other = signed_in(getattr(company, who))
    assert other.get("/providers").status_code == 403
    assert other.post("/providers/try", {"provider": "SF", "number": SF}).status_code == 403
    assert not ProviderTrial.objects.exists()
