"""The undertaking, its quiz, and the alarm."""

from datetime import timedelta

import pytest

from bihuan.clearance import actions, queries
from bihuan.clearance.actions import (
    AlertLifted,
    LiftNoteMissing,
    LimitsInvalid,
    OwnAlert,
    QuizFailed,
    QuizInvalid,
    RevealTooFast,
    SignatureDiffers,
    UndertakingNeeded,
    UndertakingOutdated,
    UndertakingTextMissing,
    UsualLooks,
    VaultIsPaused,
)
from bihuan.clearance.models import Clearance, LookKind, VaultAlert
from bihuan.clearance.tests.test_quiz import WRITTEN
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.foundation.moment import now
from bihuan.journal.models import StoredEntry
from tests.people import Company, acting, build_company

pytestmark = pytest.mark.django_db
USUAL = UsualLooks(window_minutes=10, files=3, reveals=4, exports=2, reveals_per_minute=2)


@pytest.fixture
def company(db: None) -> Company:
    return build_company()


def publish(company, **changes):
    given = {"text": "我承诺保密。", "quiz": WRITTEN, "pass_percent": 100, "valid_days": 30, **changes}
    return actions.publish_undertaking(actor=acting(company.security_admin), at=now(), **given)


def sign(staff, version=1, answers=(1, 0), signature=None, at=None):
    return actions.sign_undertaking(
        actor=acting(staff), version=version, answers=answers, signature=signature or staff.name, at=at or now()
    )


def look(staff, customer_id, kind=LookKind.FILE, at=None, **more):
    actions.count_look(actor=acting(staff), kind=kind, customer_id=customer_id, at=at or now(), **more)


def test_before_the_first_version_the_gate_is_open(company):
    queries.require_open_vault(acting(company.lin), now())


@pytest.mark.feature("2.8")
def test_the_vault_opens_with_quiz_and_signature_and_closes_when_they_expire(company):
    publish(company)
    lin, at = acting(company.lin), now()
    with pytest.raises(UndertakingNeeded):
        queries.require_open_vault(lin, at)
    with pytest.raises(QuizFailed):
        sign(company.lin, answers=(1, 1))
    with pytest.raises(SignatureDiffers):
        sign(company.lin, signature="周岚")
    assert not Clearance.objects.exists()
    signed = sign(company.lin, at=at)
    queries.require_open_vault(lin, signed.expires_at - timedelta(seconds=1))
    with pytest.raises(UndertakingNeeded):
        queries.require_open_vault(lin, signed.expires_at)
    again = sign(company.lin, at=signed.expires_at)
    queries.require_open_vault(lin, again.signed_at)


def test_a_new_version_does_not_lock_people_out_but_is_what_is_signed_next(company):
    publish(company)
    sign(company.lin)
    assert publish(company, quiz="").version == 2
    queries.require_open_vault(acting(company.lin), now())
    with pytest.raises(UndertakingOutdated):
        sign(company.zhou)
    assert sign(company.zhou, version=2, answers=()).score == 100


def test_only_the_security_administrator_publishes_and_only_what_is_complete(company):
    for staff in (company.he, company.lin, company.system_admin):
        with pytest.raises(NotAllowed):
            actions.publish_undertaking(
                actor=acting(staff), text="x", quiz="", pass_percent=100, valid_days=1, at=now()
            )
    with pytest.raises(QuizInvalid):
        publish(company, quiz="问？\n- 是")
    with pytest.raises(UndertakingTextMissing):
        publish(company, text=" ")
    assert queries.latest_undertaking() is None


def test_administrators_and_jobs_do_not_sign(company):
    publish(company)
    for actor in (acting(company.system_admin), Actor.system("mail")):
        with pytest.raises(NotAllowed):
            actions.sign_undertaking(actor=actor, version=1, answers=(1, 0), signature="x", at=now())
    queries.require_open_vault(Actor.system("mail"), now())


@pytest.mark.feature("2.7")
def test_sixty_files_in_ten_minutes_stop_the_person_and_tell_the_leaders(company):
    at = now()
    for number in range(59):
        look(company.lin, number, at=at + timedelta(seconds=9 * number))
    queries.require_open_vault(acting(company.lin), at)
    last = at + timedelta(seconds=9 * 59)
    look(company.lin, 59, at=last)
    with pytest.raises(VaultIsPaused):
        queries.require_open_vault(acting(company.lin), last)
    (alert,) = queries.radar(acting(company.qian)).page.items
    assert (alert.staff, alert.kind, alert.count) == (company.lin, "FILES", 60)
    entry = StoredEntry.objects.get(code="vault.paused")
    assert entry.units == [company.lin.unit_id]
    assert queries.radar(acting(company.tan)).page.items == []


def test_the_same_file_again_and_looks_long_ago_do_not_count(company):
    actions.set_limits(actor=acting(company.he), usual=USUAL, at=now())
    at = now()
    for minute in (0, 1, 2, 3):
        look(company.lin, 1, at=at + timedelta(minutes=minute))
    look(company.lin, 2, at=at + timedelta(minutes=3))
    look(company.lin, 3, at=at + timedelta(minutes=20))
    assert not VaultAlert.objects.exists()


@pytest.mark.parametrize(("kind", "count", "alert"), [(LookKind.EXPORT, 2, "EXPORTS"), (LookKind.REVEAL, 4, "REVEALS")])
def test_each_kind_of_look_has_its_limit(company, kind, count, alert):
    actions.set_limits(actor=acting(company.security_admin), usual=USUAL, at=now())
    at = now()
    for number in range(count):
        assert not VaultAlert.objects.exists()
        look(company.lin, 7, kind=kind, at=at + timedelta(minutes=number))
    assert VaultAlert.objects.get().kind == alert


def test_looking_too_fast_is_refused_and_not_counted(company):
    actions.set_limits(actor=acting(company.he), usual=USUAL, at=now())
    at = now()
    look(company.lin, 1, kind=LookKind.REVEAL, at=at)
    look(company.lin, 1, kind=LookKind.REVEAL, at=at)
    with pytest.raises(RevealTooFast):
        look(company.lin, 1, kind=LookKind.REVEAL, at=at)
    look(company.lin, 1, kind=LookKind.REVEAL, at=at + timedelta(minutes=1))
    assert not VaultAlert.objects.exists()


@pytest.mark.feature("2.7")
def test_one_look_at_a_decoy_is_enough(company):
    look(company.lin, 1, is_decoy=True)
    assert VaultAlert.objects.get().kind == "DECOY"
    look(company.lin, 1, is_decoy=True)
    assert VaultAlert.objects.count() == 1


def test_a_leader_lifts_the_alert_with_a_reason_and_nobody_their_own(company):
    look(company.wei, 1, is_decoy=True)
    alert = VaultAlert.objects.get()
    lift = {"alert_id": alert.pk, "note": "当面核实，误点"}
    with pytest.raises(OwnAlert):
        actions.lift_alert(actor=acting(company.wei), **lift, at=now())
    for staff, refusal in [(company.lin, NotVisible), (company.tan, NotVisible), (company.audit_admin, NotAllowed)]:
        with pytest.raises(refusal):
            actions.lift_alert(actor=acting(staff), **lift, at=now())
    with pytest.raises(LiftNoteMissing):
        actions.lift_alert(actor=acting(company.qian), alert_id=alert.pk, note=" ", at=now())
    actions.lift_alert(actor=acting(company.qian), **lift, at=now())
    queries.require_open_vault(acting(company.wei), now())
    with pytest.raises(AlertLifted):
        actions.lift_alert(actor=acting(company.qian), **lift, at=now())


@pytest.mark.parametrize("bad", [0, 1001])
def test_limits_stay_within_reason(company, bad):
    usual = UsualLooks(window_minutes=10, files=bad, reveals=1, exports=1, reveals_per_minute=1)
    with pytest.raises(LimitsInvalid):
        actions.set_limits(actor=acting(company.he), usual=usual, at=now())
    with pytest.raises(NotAllowed):
        actions.set_limits(actor=acting(company.wei), usual=USUAL, at=now())
    assert queries.current_limits().files == 60
