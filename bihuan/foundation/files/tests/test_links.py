"""Private links: one person, one session, a few minutes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client, RequestFactory

from bihuan.foundation.actor import Actor, ActorKind
from bihuan.foundation.files import LinkExpired, LinkRefused, open_link, request_link, signed_link, store_file
from bihuan.foundation.files.tests.factories import JPEG

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LIN = Actor(kind=ActorKind.STAFF, id=7, name="林晓")
WEI = Actor(kind=ActorKind.STAFF, id=8, name="魏然")
pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    return store_file(name='破损 "照片".jpg', content=JPEG, at=AT)


def ticket(link: str) -> str:
    return link.rsplit("/", 1)[-1]


def visitor_link(client: Client, file) -> str:
    """The link a page would show to the visitor of this browser."""
    request = RequestFactory().get("/")
    request.session = client.session
    return request_link(request, file)


@pytest.mark.feature("3.13")
def test_a_link_pasted_into_a_private_window_is_refused(client, photo):
    link = visitor_link(client, photo)
    assert client.get(link).content == JPEG
    assert Client().get(link).status_code == 404


def test_a_file_is_sent_as_a_download_that_no_cache_keeps(client, photo):
    response = client.get(visitor_link(client, photo))
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_file_is_not_changed_through_its_link(client, photo):
    assert client.post(visitor_link(client, photo)).status_code == 405


def test_a_link_for_one_person_is_refused_to_another(photo):
    link = signed_link(photo, LIN)
    assert open_link(ticket(link), LIN) == photo
    for other in (WEI, None, Actor(kind=ActorKind.CUSTOMER, id=7, name="")):
        with pytest.raises(LinkRefused):
            open_link(ticket(link), other)


def test_a_link_bound_to_a_session_is_refused_in_another_session_of_the_same_person(photo):
    link = signed_link(photo, LIN, session_key="first")
    assert open_link(ticket(link), LIN, session_key="first") == photo
    with pytest.raises(LinkRefused):
        open_link(ticket(link), LIN, session_key="second")


def test_an_old_link_is_refused(photo):
    link = signed_link(photo, LIN, timedelta(seconds=-1))
    with pytest.raises(LinkExpired):
        open_link(ticket(link), LIN)


def test_a_changed_link_is_refused(photo):
    link = ticket(signed_link(photo, LIN))
    for changed in (link[:-1] + ("A" if link[-1] != "A" else "B"), "x", link.replace(":", "")):
        with pytest.raises(LinkRefused):
            open_link(changed, LIN)


def test_a_link_for_a_visitor_needs_a_session(photo):
    with pytest.raises(ValueError, match="session"):
        signed_link(photo, Actor(kind=ActorKind.CUSTOMER, id=None, name=""))
