"""``bihuan demo`` as a person runs it: once, once more, and with a password of his own."""

import stat
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bihuan.cases.models import Case
from bihuan.demo.building import is_built
from bihuan.demo.histories import FEWEST_OPEN_NOW
from bihuan.demo.logins import VARIABLE, password_file
from bihuan.journal.models import StoredEntry
from bihuan.organization.models import Staff

pytestmark = pytest.mark.django_db


def test_a_second_run_keeps_the_data_and_prints_the_log_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    password_file().unlink(missing_ok=True)
    first, second = StringIO(), StringIO()
    call_command("demo", cases=FEWEST_OPEN_NOW, customers=20, stdout=first)
    assert is_built()
    counted = Case.objects.count(), StoredEntry.objects.count(), Staff.objects.count()
    call_command("demo", cases=500, stdout=second)
    assert (Case.objects.count(), StoredEntry.objects.count(), Staff.objects.count()) == counted
    password = password_file().read_text().strip()
    assert stat.S_IMODE(password_file().stat().st_mode) == 0o600
    assert password in first.getvalue() and password in second.getvalue()
    assert Staff.objects.get(staff_no="lin").check_password(password)


def test_a_password_of_the_environment_replaces_the_kept_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "Yuanhe-first-1")
    call_command("demo", cases=FEWEST_OPEN_NOW, customers=20, stdout=StringIO())
    monkeypatch.setenv(VARIABLE, "Yuanhe-second-2")
    call_command("demo", stdout=StringIO())
    assert Staff.objects.get(staff_no="wei").check_password("Yuanhe-second-2")
    assert password_file().read_text().strip() == "Yuanhe-second-2"


def test_a_weak_password_is_refused_and_nothing_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "short")
    with pytest.raises(CommandError):
        call_command("demo", stdout=StringIO())
    assert not is_built()
