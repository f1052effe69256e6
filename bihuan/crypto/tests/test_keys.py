import json
import multiprocessing
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bihuan.crypto import envelope, key_file, keys
from bihuan.crypto.failures import KeyMissing, KeysRefused, Undecipherable

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_first_use_writes_a_keyring_only_its_owner_can_read(own_keys):
    ring = keys.keyring()
    assert stat.S_IMODE(own_keys.stat().st_mode) == 0o600
    assert stat.S_IMODE(own_keys.parent.stat().st_mode) == 0o700
    assert keys.Keyring.from_json(own_keys.read_text()) == ring


def test_the_keyring_shows_no_key_when_printed():
    ring = keys.keyring()
    assert repr(ring.index_key) not in repr(ring)
    assert all(repr(key) not in repr(ring) for key in ring.data_keys.values())


def _create(path: Path, results: "multiprocessing.Queue[str]") -> None:
    key_file.create_once(path, lambda: keys.Keyring.generate().to_json())
    results.put(key_file.read(path))


def test_processes_starting_together_agree_on_one_keyring(own_keys):
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    starters = [context.Process(target=_create, args=(own_keys, results)) for _ in range(8)]
    for starter in starters:
        starter.start()
    seen = {results.get(timeout=20) for _ in starters}
    for starter in starters:
        starter.join()
    assert seen == {own_keys.read_text()}


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o660, 0o601])
def test_a_file_open_to_others_is_refused(own_keys, mode):
    keys.keyring()
    own_keys.chmod(mode)
    keys.forget_held_keyring()
    with pytest.raises(KeysRefused, match="open to other users"):
        keys.keyring()


def test_a_mounted_secret_its_group_may_read_is_accepted(own_keys):
    ring = keys.keyring()
    own_keys.chmod(0o440)
    keys.forget_held_keyring()
    assert keys.keyring() == ring


def test_the_environment_can_hold_the_ring_itself(monkeypatch, own_keys):
    ring = keys.Keyring.generate()
    monkeypatch.setenv("BIHUAN_KEYS", ring.to_json())
    assert keys.keyring() == ring
    assert not own_keys.exists()
    with pytest.raises(KeysRefused, match="BIHUAN_KEYS"):
        keys.change_keyring(lambda held: held)


def test_a_named_file_is_never_generated(monkeypatch, tmp_path):
    path = tmp_path / "secret.json"
    monkeypatch.setenv("BIHUAN_KEYS_FILE", str(path))
    with pytest.raises(KeyMissing, match="no keyring"):
        keys.keyring()
    key_file.write(path, keys.Keyring.generate().to_json())
    assert keys.keyring().to_json() == path.read_text()


@pytest.mark.parametrize(
    "damage",
    [
        lambda stored: stored.pop("index"),
        lambda stored: stored.update(active=0),
        lambda stored: stored.update(keys={"300": next(iter(stored["keys"].values()))}, active=300),
        lambda stored: stored["keys"].update({"7": {"key": "c2hvcnQ="}}),
        lambda stored: stored["keys"].update({"7": {"key": "no base64!"}}),
        lambda stored: stored.update(keys=[]),
    ],
)
def test_a_malformed_ring_is_refused_without_showing_keys(damage):
    stored = json.loads(keys.Keyring.generate().to_json())
    secret = stored["keys"][str(stored["active"])]["key"]
    damage(stored)
    with pytest.raises(KeysRefused) as refused:
        keys.Keyring.from_json(json.dumps(stored))
    assert secret not in str(refused.value)


def test_text_that_is_no_json_is_refused():
    with pytest.raises(KeysRefused):
        keys.Keyring.from_json("{")


def test_a_new_key_becomes_active_and_the_old_one_still_opens():
    sealed = envelope.seal(b"before", b"here")
    old = keys.keyring().active_id
    ring = keys.change_keyring(lambda held: held.with_new_key(AT))
    assert ring.active_id != old and ring.inactive_since == {old: AT}
    assert envelope.unseal(sealed, b"here") == b"before"
    assert envelope.key_id_of(envelope.seal(b"after", b"here")) == ring.active_id


def test_key_ids_wrap_around_and_run_out():
    ring = keys.Keyring.generate()
    for _ in range(keys.MAX_KEY_ID - 1):
        ring = ring.with_new_key(AT)
    assert set(ring.data_keys) == set(range(1, 256))
    with pytest.raises(KeysRefused, match="taken"):
        ring.with_new_key(AT)


def test_the_active_key_cannot_be_forgotten():
    ring = keys.keyring()
    with pytest.raises(KeysRefused, match="active"):
        ring.without_key(ring.active_id)
    with pytest.raises(KeyMissing):
        ring.without_key(ring.active_id % 255 + 1)


def test_a_key_added_by_another_process_is_found_at_once(own_keys):
    ring = keys.keyring()
    grown = ring.with_new_key(AT)
    sealed = bytes((1, grown.active_id)) + (nonce := os.urandom(12))
    sealed += grown.cipher(grown.active_id).encrypt(nonce, b"new", b"here")
    key_file.write(own_keys, grown.to_json())
    assert envelope.unseal(sealed, b"here") == b"new"


def test_a_missing_key_says_so(own_keys):
    sealed = envelope.seal(b"x", b"here")
    stranger = keys.Keyring.generate()
    while stranger.active_id == sealed[1]:
        stranger = keys.Keyring.generate()
    key_file.write(own_keys, stranger.to_json())
    keys.forget_held_keyring()
    with pytest.raises(KeyMissing, match=f"data key {sealed[1]}"):
        envelope.unseal(sealed, b"here")


def test_another_key_of_the_same_id_gives_an_error_and_no_garbage(own_keys):
    sealed = envelope.seal(b"x", b"here")
    wrong = keys.Keyring(sealed[1], {sealed[1]: os.urandom(32)}, os.urandom(32))
    key_file.write(own_keys, wrong.to_json())
    keys.forget_held_keyring()
    with pytest.raises(Undecipherable):
        envelope.unseal(sealed, b"here")
