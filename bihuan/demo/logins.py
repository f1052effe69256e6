"""The demo accounts: one strong password for all, and what to look at as whom."""

import os
import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from bihuan.demo.company import FOUNDER
from bihuan.demo.wordlists import wordlist
from bihuan.journal.actions import Line, write_many
from bihuan.organization.events import StaffPasswordReset
from bihuan.organization.models import Staff

VARIABLE = "BIHUAN_DEMO_PASSWORD"
FILE = "demo-password.txt"
# No letters or digits that are mixed up when read aloud.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def password_file() -> Path:
    """Where the password is kept, readable by its owner only."""
    return Path(settings.VAR_DIR) / FILE


def choose_password() -> str:
    """The password of the environment, else the one kept, else a new one. Raises ValidationError for a weak one."""
    given = os.environ.get(VARIABLE) or kept_password()
    if given is None:
        groups = ["".join(secrets.choice(ALPHABET) for _position in range(4)) for _group in range(3)]
        given = "Yh-" + "-".join(groups)
    validate_password(given)
    return given


def kept_password() -> str | None:
    """The password of an earlier run; None when there is none."""
    path = password_file()
    return path.read_text(encoding="utf-8").strip() if path.exists() else None


def keep_password(password: str) -> None:
    """Keep the password for later runs."""
    path = password_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{password}\n")


@transaction.atomic
def apply_password(password: str, *, at: datetime) -> int:
    """Give the demo accounts another password, when they have one of an earlier run; returns how many changed."""
    numbers = [person[0] for row in wordlist("company")["staff"] for person in row["people"]]
    people = list(Staff.objects.filter(staff_no__in=numbers).order_by("pk"))
    if not people or check_password(password, people[0].password):
        return 0
    hashed = make_password(password)
    Staff.objects.filter(pk__in=[one.pk for one in people]).update(password=hashed, password_changed_at=at)
    entries = [(StaffPasswordReset(staff_id=one.pk), one.unit_id) for one in people]
    return write_many(Line(actor=FOUNDER, entry=entry, at=at, units=(unit_id,)) for entry, unit_id in entries)


def list_logins() -> list[tuple[Staff, str]]:
    """The named accounts in the order one meets them in a case, each with what it shows."""
    accounts = wordlist("company")["accounts"]
    found = {one.staff_no: one for one in Staff.objects.filter(staff_no__in=accounts).select_related("unit")}
    return [(found[number], sees) for number, sees in accounts.items() if number in found]
