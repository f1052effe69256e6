"""What is due is previewed, approved by another person, and looked at again row by row before it goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.cases.models import Case
from bihuan.cases.tests import factories
from bihuan.customers.actions import CustomerDraft, add_address, lift_personal_data, register_customer
from bihuan.customers.models import Customer, CustomerAddress, CustomerPhone, PersonalDatum
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.intake.models import Mail
from bihuan.journal.actions import seal_closed_range
from bihuan.journal.models import StoredEntry
from bihuan.journal.queries import verify
from bihuan.mail.reasons import MailOutcome
from bihuan.privacy.actions import record_consents
from bihuan.retention import actions
from bihuan.retention.actions import NothingDue, PreviewStale, PurgeOver, SecondPersonNeeded
from bihuan.retention.actions.purging import judge
from bihuan.retention.classes import months_before
from bihuan.retention.models import Outcome, Purge, PurgeState, RetentionRule
from tests.people import Company, acting, build_company, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.feature("2.6")]
PHONE, ADDRESS = "13800001234", "浙江省杭州市文三路1号"
LONG_AGO = timedelta(days=5 * 366)


@pytest.fixture
def company(db: None) -> Company:
    return build_company()


def customer(name: str = "赵敏娟", phone: str = PHONE, *, at: datetime | None = None) -> Customer:
    """Somebody with a phone, an address and a value in a text."""
    at = at or now() - LONG_AGO
    job = Actor.system("tests")
    found = register_customer(actor=job, draft=CustomerDraft(name=name, phones=[phone], addresses=[ADDRESS]), at=at)
    lift_personal_data(actor=job, customer_id=found.pk, text=f"我的电话 {phone}", at=at)
    return found


def preview(company: Company, *classes: str) -> Purge:
    return actions.propose_purge(actor=acting(company.security_admin), classes=classes, at=now())


def carry_out(company: Company, purge: Purge) -> dict[str, int]:
    """Approve, run to the end, and count the rows by outcome."""
    actions.approve_purge(actor=acting(company.he), purge_id=purge.pk, at=now())
    while actions.remove_batch(purge_id=purge.pk, at=now()):
        pass
    purge.refresh_from_db()
    assert purge.state == PurgeState.DONE
    outcomes = list(purge.rows.values_list("outcome", flat=True))
    return {outcome: outcomes.count(outcome) for outcome in set(outcomes)}


def test_old_addresses_go_and_the_customer_stays(company: Company) -> None:
    old, young = customer(), customer("王芳", "13900005678", at=now())
    agreed = customer("李雷", "13711112222")
    said = {"channel": "DESK", "at": now()}
    record_consents(actor=acting(company.lin), customer_id=agreed.pk, answers={"ADDRESS": True}, **said)
    purge = preview(company, "ADDRESS")
    assert CustomerAddress.objects.count() == 3
    assert carry_out(company, purge) == {"REMOVED": 1}
    assert set(CustomerAddress.objects.values_list("customer_id", flat=True)) == {young.pk, agreed.pk}
    assert old.phones.exists() and Customer.objects.get(pk=old.pk).erased_at is None
    # consent taken back: the next purge finds it
    record_consents(actor=acting(company.lin), customer_id=agreed.pk, answers={"ADDRESS": False}, **said)
    assert carry_out(company, preview(company, "ADDRESS")) == {"REMOVED": 1}


def test_a_customer_long_gone_is_erased_and_an_open_or_fresh_case_keeps_one(company: Company) -> None:
    gone = customer()
    with_case = factories.open_complaint(customer_phone="13900005678")
    closed = factories.open_complaint(customer_phone="13711112222")
    ids = [with_case.customer_id, closed.customer_id]
    Customer.objects.filter(pk__in=ids).update(registered_at=now() - LONG_AGO)
    Case.objects.filter(pk=closed.pk).update(state="CLOSED", cause="PROCESS", closed_at=now() - timedelta(days=30))
    assert carry_out(company, preview(company, "CUSTOMER", "ADDRESS", "TEXT")) == {"REMOVED": 1, "NOT_DUE": 2}
    assert Customer.objects.get(pk=gone.pk).erased_at and not CustomerPhone.objects.filter(customer=gone).exists()
    assert not Customer.objects.filter(pk__in=ids, erased_at__isnull=False).exists()
    Case.objects.filter(pk=closed.pk).update(closed_at=now() - LONG_AGO)
    assert carry_out(company, preview(company, "CUSTOMER")) == {"REMOVED": 1}
    closed.refresh_from_db()
    assert closed.customer_label == "" and closed.customer_id == ids[1]


def test_a_hold_put_on_after_the_approval_wins(company: Company) -> None:
    held, free = customer(), customer("王芳", "13900005678")
    purge = preview(company, "CUSTOMER")
    actions.approve_purge(actor=acting(company.he), purge_id=purge.pk, at=now())
    actions.place_hold(actor=acting(company.qian), customer_id=held.pk, reason="调查", at=now())
    while actions.remove_batch(purge_id=purge.pk, at=now()):
        pass
    assert dict(purge.rows.values_list("row_id", "outcome")) == {held.pk: "HELD", free.pk: "REMOVED"}
    assert Customer.objects.get(pk=held.pk).name == "赵敏娟"
    with pytest.raises(NothingDue):
        preview(company, "CUSTOMER")


def test_a_row_touched_since_the_preview_is_left(company: Company) -> None:
    one, other = customer(), customer("王芳", "13900005678")
    purge = preview(company, "CUSTOMER", "TEXT")
    with transaction.atomic():  # another transaction, as in life
        add_address(actor=acting(company.lin), customer_id=one.pk, address="上海市浦东新区世纪大道100号", at=now())
        PersonalDatum.objects.filter(customer=other).update(kind="PHONE")
    assert carry_out(company, purge) == {"TOUCHED": 3, "REMOVED": 1}
    assert not Customer.objects.filter(erased_at__isnull=False).exists()
    assert PersonalDatum.objects.get().customer == other


def test_original_mails_go_and_what_was_said_stays(company: Company) -> None:
    old = Mail.objects.create(raw=b"From: a", size=7, outcome=MailOutcome.RECEIVED, at=now() - LONG_AGO)
    new = Mail.objects.create(raw=b"From: b", size=7, outcome=MailOutcome.RECEIVED, at=now())
    assert carry_out(company, preview(company, "MAIL")) == {"REMOVED": 1}
    old.refresh_from_db(), new.refresh_from_db()
    assert (old.raw, new.raw) == (None, b"From: b")


def test_who_asked_may_not_approve_and_a_stale_preview_is_refused(company: Company) -> None:
    customer()
    purge = preview(company, "ADDRESS")
    own = signed_in(company.security_admin).post(reverse("purge_approve", args=[purge.pk]))
    assert own.status_code == 403 and SecondPersonNeeded.code in own.content.decode()
    with pytest.raises(PreviewStale):
        actions.approve_purge(actor=acting(company.he), purge_id=purge.pk, at=now() + timedelta(days=8))
    purge.refresh_from_db()
    assert purge.state == PurgeState.PREVIEWED and not actions.remove_batch(purge_id=purge.pk, at=now())
    assert CustomerAddress.objects.exists()


def test_a_cancelled_purge_removes_nothing_more(company: Company) -> None:
    customer()
    purge = preview(company, "ADDRESS")
    he = signed_in(company.he)
    assert he.post(reverse("purge_approve", args=[purge.pk])).status_code == 302
    assert he.post(reverse("purge_cancel", args=[purge.pk])).status_code == 302
    assert not actions.remove_batch(purge_id=purge.pk, at=now())
    assert CustomerAddress.objects.exists()
    with pytest.raises(PurgeOver):
        actions.approve_purge(actor=acting(company.he), purge_id=purge.pk, at=now())


def test_a_killed_purge_goes_on_where_it_stopped(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.retention.actions.purging.BATCH", 2)
    for number in range(5):
        customer(f"王{number}", f"1390000567{number}")
    purge = preview(company, "ADDRESS")
    actions.approve_purge(actor=acting(company.he), purge_id=purge.pk, at=now())
    assert actions.remove_batch(purge_id=purge.pk, at=now())
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.remove_batch(purge_id=purge.pk, at=now())
        raise ZeroDivisionError  # the power goes before the batch is committed
    assert CustomerAddress.objects.count() == 3 and purge.rows.filter(outcome="PLANNED").count() == 3
    while actions.remove_batch(purge_id=purge.pk, at=now()):
        pass
    batches = StoredEntry.objects.filter(code="retention.purge_batch_removed")
    assert [entry.payload["removed"] for entry in batches.order_by("id")] == [2, 2, 1]
    assert StoredEntry.objects.get(code="retention.purge_ended").payload["removed"] == 5


def test_after_a_purge_the_seals_hold_and_the_journal_names_nobody(company: Company) -> None:
    customer()
    carry_out(company, preview(company, "CUSTOMER"))
    payloads = str(list(StoredEntry.objects.filter(code__startswith="retention.").values_list("payload", flat=True)))
    assert "赵敏娟" not in payloads and PHONE not in payloads
    seal_closed_range(at=now())
    assert verify().fault is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"months": "35"}, "retention_too_short"),
        ({"months": "241"}, "retention_too_short"),
        ({"basis": " "}, "retention_basis_missing"),
        ({"data_class": "JOURNAL"}, "data_class_unknown"),
    ],
)
def test_a_rule_below_the_law_is_refused(company: Company, given: dict[str, str], code: str) -> None:
    keeper = signed_in(company.security_admin)
    wanted = {"data_class": "TEXT", "months": "48", "basis": "内部制度"} | given
    answer = keeper.post(reverse("retention_rule"), wanted)
    assert answer.status_code == 422 and code in answer.content.decode()
    assert not RetentionRule.objects.exists()


def test_a_rule_holds_for_the_next_preview(company: Company) -> None:
    customer()
    keeper = signed_in(company.security_admin)
    wanted = {"data_class": "ADDRESS", "months": "240", "basis": "内部制度第 5 条"}
    assert keeper.post(reverse("retention_rule"), wanted).status_code == 302
    assert "内部制度第 5 条" in keeper.get(reverse("retention_rules")).content.decode()
    assert keeper.post(reverse("purge_new"), {"classes": ["ADDRESS"]}).status_code == 409
    keeper.post(reverse("retention_rule"), wanted | {"months": "6"})
    answer = keeper.post(reverse("purge_new"), {"classes": ["ADDRESS"]}, follow=True).content.decode()
    assert "赵**" in answer and PHONE not in answer and "待批准" in answer


@pytest.mark.parametrize("who", ["lin", "wei", "qian", "system_admin", "audit_admin"])
def test_others_neither_purge_nor_rule(company: Company, who: str) -> None:
    customer()
    purge = preview(company, "ADDRESS")
    browser, before = signed_in(getattr(company, who)), StoredEntry.objects.count()
    for route, args in [("purge_new", []), ("purge_approve", [purge.pk]), ("purge_cancel", [purge.pk])]:
        assert browser.post(reverse(route, args=args), {"classes": ["ADDRESS"]}).status_code == 403
    rule = {"data_class": "ADDRESS", "months": "6", "basis": "x"}
    assert browser.post(reverse("retention_rule"), rule).status_code == 403
    assert StoredEntry.objects.count() == before and Purge.objects.get().state == "PREVIEWED"


@dataclass(frozen=True)
class Fate:
    """What happens to one customer before and after the preview."""

    age_months: int
    held_before: bool
    held_after: bool
    touched: bool
    case_after: bool


FATES = st.lists(
    st.builds(
        Fate,
        age_months=st.sampled_from([1, 35, 37, 80]),
        held_before=st.booleans(),
        held_after=st.booleans(),
        touched=st.booleans(),
        case_after=st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


def expected(fate: Fate) -> str | None:
    """None: not in the preview at all."""
    if fate.age_months < 36 or fate.held_before:
        return None
    if fate.held_after:
        return Outcome.HELD
    if fate.case_after:
        return Outcome.NOT_DUE
    return Outcome.TOUCHED if fate.touched else Outcome.REMOVED


def hold(company: Company, one: Customer) -> None:
    actions.place_hold(actor=acting(company.qian), customer_id=one.pk, reason="调查", at=now())


def befall(company: Company, number: int, one: Customer, fate: Fate) -> None:
    """What happens between the preview and the purge."""
    if fate.held_after:
        hold(company, one)
    if fate.touched:
        add_address(actor=acting(company.lin), customer_id=one.pk, address="上海市世纪大道1号", at=now())
    if fate.case_after:
        factories.open_complaint(customer_phone=f"1390000567{number}", customer_name=f"王{number}")


def live(fates: list[Fate]) -> None:
    """The customers with these fates, a preview, what befalls them, and the purge."""
    company, at = build_company(), now()
    ages = [months_before(at, fate.age_months) for fate in fates]
    people = [customer(f"王{n}", f"1390000567{n}", at=age) for n, age in enumerate(ages)]
    pairs = list(zip(people, fates, strict=True))
    for one in [one for one, fate in pairs if fate.held_before]:
        hold(company, one)
    wanted = {one.pk: outcome for one, fate in pairs if (outcome := expected(fate))}
    if wanted:
        purge = preview(company, "CUSTOMER")
        with transaction.atomic():
            for number, (one, fate) in enumerate(pairs):
                befall(company, number, one, fate)
        carry_out(company, purge)
        assert dict(purge.rows.values_list("row_id", "outcome")) == wanted
    erased = set(Customer.objects.exclude(erased_at=None).values_list("pk", flat=True))
    assert erased == {pk for pk, outcome in wanted.items() if outcome == Outcome.REMOVED}


@settings(max_examples=25)
@given(fates=FATES)
def test_only_what_is_due_free_and_untouched_ever_goes(fates: list[Fate]) -> None:
    with transaction.atomic():
        live(fates)
        transaction.set_rollback(True)


@given(is_held=st.booleans(), then=st.text(), later=st.none() | st.text())
def test_a_row_goes_only_unheld_due_and_the_same(is_held: bool, then: str, later: str | None) -> None:
    outcome = judge(is_held=is_held, stamp_then=then, stamp_now=later)
    assert (outcome == Outcome.REMOVED) == (not is_held and later == then)
    assert (outcome == Outcome.HELD) == is_held


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)), st.integers(1, 240))
def test_months_before_keeps_the_day_or_the_end_of_the_month(at: datetime, months: int) -> None:
    before = months_before(at, months)
    assert (at.year * 12 + at.month) - (before.year * 12 + before.month) == months
    assert before.day == at.day or (before.day < at.day and (before + timedelta(days=1)).day == 1)
