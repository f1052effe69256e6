"""A real mail server for tests: dovecot (Debian's) answers IMAP, aiosmtpd takes SMTP and delivers into its Maildirs.

Works as root (mailboxes then belong to an unprivileged account, as dovecot insists) and as a plain user. Import the
fixture ``mail_server`` where it is needed; one server serves a test run, each test uses mailboxes of its own.
"""

import grp
import mailbox
import os
import pwd
import select
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

PASSWORD = "maple-4711"
START_SECONDS = 20
CONFIG = """
base_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail/%u
mailbox_list_index = no
first_valid_uid = 1
first_valid_gid = 1
default_internal_user = {account}
default_internal_group = {group}
default_login_user = {account}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class MailServer:
    """IMAP and SMTP on loopback ports; every user exists, with the same password."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bihuan-mail-"))
        self.imap_port = _free_port()
        # dovecot refuses mailboxes of root, so those of a test run by root belong to nobody.
        self.owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.smtp = Controller(_Deliverer(self), hostname="127.0.0.1", port=_free_port())
        self.imap: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start both servers and wait until they answer."""
        (self.folder / "mail").mkdir()
        self._give(self.folder, self.folder / "mail")
        config = self.folder / "dovecot.conf"
        account = pwd.getpwnam("dovenull") if os.geteuid() == 0 else self.owner
        config.write_text(
            CONFIG.format(
                folder=self.folder,
                account=account.pw_name,
                group=grp.getgrgid(account.pw_gid).gr_name,
                password=PASSWORD,
                uid=self.owner.pw_uid,
                gid=self.owner.pw_gid,
                port=self.imap_port,
            )
        )
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        self.imap = subprocess.Popen([program, "-F", "-c", str(config)], stdout=subprocess.DEVNULL)
        self.smtp.start()
        self._wait()

    def stop(self) -> None:
        """Stop both and remove their folder."""
        self.smtp.stop()
        if self.imap is not None:
            self.imap.terminate()
            self.imap.wait(timeout=START_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)

    def imap_url(self, user: str, folder: str = "INBOX") -> str:
        """The address of a user's mailbox, as BIHUAN_IMAP_URL takes it."""
        return f"imap://{user}:{PASSWORD}@127.0.0.1:{self.imap_port}/{folder}"

    @property
    def smtp_url(self) -> str:
        """The address of the SMTP server, as BIHUAN_SMTP_URL takes it."""
        return f"smtp://127.0.0.1:{self.smtp.port}"

    def new_user(self) -> str:
        """A user nobody else has."""
        return f"user{uuid.uuid4().hex[:12]}"

    def maildir(self, user: str) -> mailbox.Maildir:
        """A user's mailbox on disk."""
        path = self.folder / "mail" / user
        box = mailbox.Maildir(path, create=True)
        self._give(path, *path.iterdir())
        return box

    def deliver(self, user: str, raw: bytes) -> None:
        """Put a mail into a user's inbox, byte for byte."""
        box = self.maildir(user)
        key = uuid.uuid4().hex
        waiting = Path(str(box._path)) / "tmp" / key
        waiting.write_bytes(raw)
        self._give(waiting)
        waiting.rename(waiting.parent.parent / "new" / f"{time.time():.6f}.{key}.test")

    def inbox(self, user: str) -> list[mailbox.MaildirMessage]:
        """The mails in a user's inbox."""
        return list(self.maildir(user))

    def _give(self, *paths: Path) -> None:
        if os.geteuid() == 0:
            for path in paths:
                os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.imap_port), timeout=1) as connection:
                return connection.recv(4) == b"* OK"
        except OSError:
            return False

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and (self.imap is None or self.imap.poll() is None):
            if self._answers():
                return
            select.select([], [], [], 0.05)
        log = self.folder / "dovecot.log"
        raise RuntimeError(f"dovecot does not answer:\n{log.read_text()[-3000:] if log.exists() else 'no log'}")


class _Deliverer:
    """What the SMTP server does with a mail: one copy into the inbox of each recipient.

    Recipients whose name begins with ``refused`` are unknown, those with ``busy`` are asked to come later.
    """

    def __init__(self, server: MailServer) -> None:
        self.server = server

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("refused"):
            return "550 5.1.1 no such user"
        if address.startswith("busy"):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        for address in envelope.rcpt_tos:
            self.server.deliver(address.partition("@")[0], content)
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def _running_mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mail_server(_running_mail_server: MailServer, settings: Any) -> MailServer:
    """The mail server, with Django's outgoing mail pointed at it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = _running_mail_server.smtp.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = False
    return _running_mail_server
