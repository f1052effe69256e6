import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.crypto import blind_index, envelope, files, keys
from bihuan.crypto.failures import KeyMissing, Undecipherable

same_keyring = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@same_keyring
@given(st.binary(max_size=500))
def test_whatever_is_sealed_opens_again(content):
    assert envelope.unseal(envelope.seal(content, b"place"), b"place") == content
    assert files.open_sealed(files.seal(content)) == content


@same_keyring
@given(st.binary(max_size=60), st.data())
def test_changing_any_byte_is_noticed(content, data):
    sealed = bytearray(envelope.seal(content, b"place"))
    index = data.draw(st.integers(0, len(sealed) - 1))
    sealed[index] ^= data.draw(st.integers(1, 255))
    with pytest.raises((Undecipherable, KeyMissing)):
        envelope.unseal(bytes(sealed), b"place")


@same_keyring
@given(st.binary(max_size=60), st.integers(1, 40))
def test_cutting_it_off_is_noticed(content, cut):
    with pytest.raises(Undecipherable):
        envelope.unseal(envelope.seal(content, b"place")[:-cut], b"place")


def test_a_value_moved_to_another_place_does_not_open():
    with pytest.raises(Undecipherable, match="moved"):
        envelope.unseal(envelope.seal(b"13800001234", b"customers.phone.value"), b"customers.name.value")


def test_the_same_value_never_looks_the_same():
    assert len({envelope.seal(b"same", b"place") for _ in range(100)}) == 100


def test_the_form_is_version_key_nonce_ciphertext_and_tag():
    sealed = envelope.seal(b"12345", b"place")
    assert sealed[:2] == bytes((1, keys.keyring().active_id))
    assert len(sealed) == 2 + 12 + 5 + 16


def test_a_file_that_was_never_sealed_is_refused():
    with pytest.raises(Undecipherable, match="not a sealed file"):
        files.open_sealed(b"%PDF-1.7")


@same_keyring
@given(st.text(max_size=30), st.text(max_size=30))
def test_an_index_is_stable_and_tells_values_apart(one, other):
    assert blind_index.digest(one, "phone") == blind_index.digest(one, "phone")
    assert (blind_index.digest(one, "phone") == blind_index.digest(other, "phone")) == (one == other)


def test_indexes_of_different_purposes_and_installations_share_nothing(own_keys):
    first = blind_index.digest("13800001234", "phone")
    assert len(first) == 16
    assert first != blind_index.digest("13800001234", "name")
    own_keys.unlink()
    keys.forget_held_keyring()
    assert first != blind_index.digest("13800001234", "phone")
