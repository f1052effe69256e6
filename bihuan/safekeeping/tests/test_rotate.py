"""A rotation of the data keys while everybody works."""

import json

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.crypto import files, keys, rotation
from bihuan.crypto.failures import KeyMissing
from bihuan.foundation.errors import NotAllowed
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.moment import now
from bihuan.journal.models import StoredEntry
from bihuan.safekeeping import actions, queries
from bihuan.safekeeping.models import KeyRotation, Pace, RotationState
from bihuan.safekeeping.rotating import advance, work
from bihuan.safekeeping.tests.factories import AN, SHEN, keep_files, names, put_sealed_file
from bihuan.safekeeping.wakening import wake_rotation

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 10)


def start(pace=Pace.FULL):
    return actions.start_rotation(actor=AN, pace=pace, at=now())


def entries():
    return list(StoredEntry.objects.filter(subject="rotation").order_by("id").values_list("code", "payload__after"))


@pytest.mark.feature("2.4")
def test_a_rotation_seals_rows_and_files_again_and_reports(settings, small_batches):
    keep_files(25)
    put_sealed_file(settings.FILES_DIR, "a", b"picture")
    before, old = names(), keys.keyring().active_id
    running = start()
    assert running.key_id == keys.keyring().active_id != old
    assert work(running.pk, seconds=60) is False
    running.refresh_from_db()
    assert (running.state, running.done, running.total, running.percent) == (RotationState.DONE, 26, 26, 100)
    assert running.per_second > 0 and running.finished_at is not None
    assert names() == before and files.open_sealed((settings.FILES_DIR / "a").read_bytes()) == b"picture"
    uses = [rotation.count_by_key(column) for column in rotation.encrypted_columns()]
    assert sum(use[old] for use in uses) == 0
    assert entries() == [("rotation.started", None), ("rotation.changed", "DONE")]


def test_what_was_written_meanwhile_has_the_new_key_already(small_batches):
    keep_files(15)
    running = start()
    advance(running.pk, at=now())
    StoredFile.objects.create(token="f" * 32, name="新的.jpg", content_type="x", size=1, sha256="", created_at=now())
    changed = StoredFile.objects.order_by("pk").last()
    changed.name = "改名.jpg"
    changed.save()
    work(running.pk, seconds=60)
    running.refresh_from_db()
    assert running.state == RotationState.DONE and running.done <= 15
    assert names()[-1] == "改名.jpg"


def test_a_pause_holds_it_and_resuming_goes_on_where_it_stopped(small_batches):
    keep_files(30)
    running = start()
    advance(running.pk, at=now())
    actions.pause_rotation(actor=AN, rotation_id=running.pk, at=now())
    assert advance(running.pk, at=now()) == (None, 0)
    assert KeyRotation.objects.get().done == 10
    actions.resume_rotation(actor=AN, rotation_id=running.pk, at=now())
    work(running.pk, seconds=60)
    assert (KeyRotation.objects.get().done, KeyRotation.objects.get().passes) == (30, 1)


def test_a_cancelled_rotation_leaves_both_keys_opening(small_batches):
    keep_files(15)
    old = keys.keyring().active_id
    running = start()
    advance(running.pk, at=now())
    actions.cancel_rotation(actor=AN, rotation_id=running.pk, at=now())
    assert work(running.pk, seconds=60) is False
    assert len(names()) == 15
    assert {key.id for key in queries.keyring_state(AN, now()).keys} == {old, running.key_id}
    with pytest.raises(actions.KeyringRefused):
        actions.retire_key(actor=AN, key_id=old, at=now())
    with pytest.raises(actions.RotationStepRefused):
        actions.resume_rotation(actor=AN, rotation_id=running.pk, at=now())


def test_there_is_one_rotation_at_a_time():
    start()
    with pytest.raises(actions.RotationUnderWay):
        start()
    assert KeyRotation.objects.count() == 1


@pytest.mark.parametrize("actor", [SHEN])
def test_only_the_security_administrator_turns_keys(actor):
    before = keys.keyring()
    for act in (
        lambda: actions.start_rotation(actor=actor, pace=Pace.FULL, at=now()),
        lambda: actions.retire_key(actor=actor, key_id=1, at=now()),
        lambda: queries.keyring_state(actor, now()),
        lambda: queries.list_rotations(actor),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert keys.keyring() == before and not KeyRotation.objects.exists()


def test_an_unknown_pace_is_refused():
    with pytest.raises(actions.PaceUnknown):
        start(pace=7)


@pytest.mark.feature("2.4")
def test_a_lost_key_stops_it_with_a_clear_error_and_changes_nothing(small_batches):
    keep_files(15)
    old = keys.keyring().active_id
    running = start()
    path = keys.key_path()
    whole = path.read_text()
    ring = json.loads(whole)
    del ring["keys"][str(old)]
    path.write_text(json.dumps(ring))
    keys.forget_held_keyring()
    assert work(running.pk, seconds=60) is False
    running.refresh_from_db()
    assert (running.state, running.failure) == (RotationState.FAILED, f"data key {old} is not in the keyring")
    with pytest.raises(KeyMissing, match=f"data key {old}"):
        names()
    path.write_text(whole)
    keys.forget_held_keyring()
    actions.resume_rotation(actor=AN, rotation_id=running.pk, at=now())
    work(running.pk, seconds=60)
    assert KeyRotation.objects.get().state == RotationState.DONE and len(names()) == 15


def test_a_wrong_key_of_the_same_id_stops_it_and_names_the_column(small_batches):
    keep_files(5)
    old = keys.keyring().active_id
    running = start()
    keys.change_keyring(lambda ring: keys.replace(ring, data_keys={**ring.data_keys, old: b"\x01" * keys.KEY_BYTES}))
    work(running.pk, seconds=60)
    running.refresh_from_db()
    assert running.state == RotationState.FAILED and "foundation.storedfile.name" in running.failure


def test_the_pace_limits_the_rate_and_can_be_changed(small_batches):
    keep_files(5)
    running = start(pace=Pace.GENTLE)
    rotated, resealed = advance(running.pk, at=now())
    assert resealed == 5 and rotated.per_second <= Pace.GENTLE
    actions.set_pace(actor=AN, rotation_id=running.pk, pace=Pace.STEADY, at=now())
    assert KeyRotation.objects.get().pace == Pace.STEADY


def test_a_silent_rotation_is_queued_again_once():
    running = start()
    jobs = ProcrastinateJob.objects.filter(task_name="bihuan.safekeeping.tasks.rotate_keys")
    assert jobs.count() == 1
    KeyRotation.objects.update(moved_at=now() - rotation.RETIRE_AFTER)
    wake_rotation(at=now())
    assert [job.args for job in jobs] == [{"rotation_id": running.pk}]
