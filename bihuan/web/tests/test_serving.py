"""Static files arrive whole, in part, or not at all."""

import pytest
from django.contrib.staticfiles.finders import find

PATH = "web/css/portal.css"


@pytest.fixture
def content() -> bytes:
    found = find(PATH)
    assert isinstance(found, str)
    with open(found, "rb") as file:
        return file.read()


def test_a_file_arrives_whole_and_can_be_kept(client, content):
    answer = client.get(f"/static/{PATH}")
    assert not answer.streaming and answer.content == content
    assert answer["Content-Type"].startswith("text/css") and "max-age" in answer["Cache-Control"]


def test_a_part_is_a_part(client, content):
    answer = client.get(f"/static/{PATH}", HTTP_RANGE="bytes=10-19")
    assert answer.status_code == 206 and answer.content == content[10:20]


def test_an_unchanged_file_is_not_sent_again(client):
    first = client.get(f"/static/{PATH}")
    again = client.get(f"/static/{PATH}", HTTP_IF_MODIFIED_SINCE=first["Last-Modified"])
    assert again.status_code == 304 and again.content == b""


def test_a_file_that_is_not_there_is_not_found(client, db):
    assert client.get("/static/web/css/nothing.css").status_code == 404
