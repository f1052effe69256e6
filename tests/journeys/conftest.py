"""The stack of the journeys: ``bihuan up`` on a folder of its own, with a real mail server, started once."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.windows import Window
from tests.mailserver import MailServer
from tests.mailserver import _running_mail_server as mail_server
from tests.stack import Stack

__all__ = ["mail_server"]

SERVICE = "service"


@pytest.fixture(scope="package")
def stack(mail_server: MailServer) -> Iterator[Stack]:
    """The running product with the company of the tests in it."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-journeys-"))
    folder.chmod(0o755)
    environment = {
        "BIHUAN_SMTP_URL": mail_server.smtp_url,
        "BIHUAN_IMAP_URL": mail_server.imap_url(SERVICE),
        "BIHUAN_MAIL_FROM": f"{SERVICE}@bihuan.example",
    }
    mail_server.maildir(SERVICE)
    with Stack(folder, environment=environment) as running:
        running.run("tests.journeys.company")
        yield running
    shutil.rmtree(folder)


@pytest.fixture(scope="package")
def sessions(stack: Stack) -> dict[str, list[Any]]:
    """The cookies of who has signed in; in other windows they stay signed in."""
    return {}


@pytest.fixture
def window(browser: Browser, stack: Stack, sessions: dict[str, list[Any]]) -> Iterator[Callable[..., Window]]:
    """Opens windows of people; ``window("E10001")`` is signed in, ``window(phone=True)`` is a visitor's phone."""
    opened: list[Window] = []

    def open_window(staff_no: str = "", **wishes: Any) -> Window:
        fresh = Window(browser, stack.address, **wishes)
        opened.append(fresh)
        if staff_no in sessions:
            fresh.context.add_cookies(sessions[staff_no])
            fresh.page.goto("/")
        elif staff_no:
            fresh.sign_in(staff_no)
            sessions[staff_no] = fresh.context.cookies()
        return fresh

    yield open_window
    for each in opened:
        each.close()
