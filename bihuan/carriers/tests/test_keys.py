"""Keys come from a closed file or the environment, count at once, and are never shown."""

import pytest

from bihuan.carriers.keys import Fault, setup_of
from bihuan.carriers.problems import Problem, ProviderFailed
from bihuan.carriers.providers import PROVIDERS, ProviderCode

SF = PROVIDERS[ProviderCode.SF]
GIVEN = '[sf]\npartner = "QT1"\ncheck_word = "tops3cret"\n'


@pytest.fixture
def keys_file(tmp_path, monkeypatch):
    path = tmp_path / "carriers.toml"
    monkeypatch.setenv("BIHUAN_CARRIERS_FILE", str(path))

    def write(text, mode=0o600):
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)

    return write


def test_without_keys_a_provider_is_not_configured_and_says_so(keys_file):
    setup = setup_of(SF)
    assert (setup.keys, setup.fault, setup.words) == (None, Fault.ABSENT, "没有配置")


def test_a_file_counts_at_once_and_brings_the_public_address(keys_file):
    keys_file(GIVEN)
    assert (setup_of(SF).keys["check_word"], setup_of(SF).keys.address) == ("tops3cret", SF.address)
    assert setup_of(PROVIDERS[ProviderCode.YTO]).fault is Fault.ABSENT


def test_the_environment_goes_before_the_file(keys_file, monkeypatch):
    keys_file(GIVEN)
    monkeypatch.setenv("BIHUAN_SF_CHECK_WORD", "other")
    assert setup_of(SF).keys["check_word"] == "other"


@pytest.mark.parametrize(
    ("text", "mode", "fault"),
    [
        ('[sf]\npartner = "QT1"\n', 0o600, Fault.INCOMPLETE),
        ("[sf\n", 0o600, Fault.FILE_UNREADABLE),
        ('sf = "QT1"\n', 0o600, Fault.FILE_UNREADABLE),
        (GIVEN, 0o644, Fault.FILE_OPEN),
        (GIVEN + 'address = "http://bspgw.sf-express.com"\n', 0o600, Fault.ADDRESS_UNSAFE),
        (GIVEN + 'address = "https://["\n', 0o600, Fault.ADDRESS_UNSAFE),
        (GIVEN + 'address = "https://sf.example.com:port"\n', 0o600, Fault.ADDRESS_UNSAFE),
    ],
)
def test_what_is_wrong_is_named_without_a_value(keys_file, text, mode, fault):
    keys_file(text, mode)
    setup = setup_of(SF)
    assert (setup.keys, setup.fault) == (None, fault)
    assert "tops3cret" not in setup.words and "QT1" not in setup.words


def test_the_missing_setting_is_named(keys_file):
    keys_file('[sf]\npartner = "QT1"\n')
    assert setup_of(SF).words == "缺少：check_word"


def test_neither_keys_nor_failures_nor_requests_show_a_secret(keys_file):
    keys_file(GIVEN)
    shown = repr(setup_of(SF)) + repr(ProviderFailed(Problem.KEYS_REFUSED)) + str(ProviderFailed(Problem.KEYS_REFUSED))
    assert "tops3cret" not in shown and "QT1" not in shown
