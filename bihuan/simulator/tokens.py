"""The API token of the simulator, kept beside the demo password so that restarts do not pile up tokens."""

import os
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from bihuan.organization.models import Staff

HOLDER = "platform"
SCOPE = "case.open"
FILE = "simulator-token.txt"


def has_holder() -> bool:
    """True when the account of the shop platform exists."""
    return Staff.objects.filter(staff_no=HOLDER, is_active=True).exists()


class TokenStore:
    """A token in the name of the shop platform, good for opening cases and nothing else."""

    def __init__(self) -> None:
        self.path = Path(settings.VAR_DIR) / FILE

    def current(self) -> str:
        """The kept token, else a new one."""
        if self.path.exists():
            return self.path.read_text(encoding="utf-8").strip()
        return self.renew()

    def renew(self) -> str:
        """Issue a token and keep it, readable by its owner only."""
        printed = StringIO()
        call_command("token", "issue", HOLDER, "--name", "simulator", "--scope", SCOPE, stdout=printed)
        token = printed.getvalue().strip()
        self.path.unlink(missing_ok=True)
        with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{token}\n")
        return token
