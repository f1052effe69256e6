"""Private links to files: signed, short-lived, and good for one person or one session only.

Who may see a file is decided by the page that shows the link; the link itself proves that decision for a few minutes.
A link that is pasted into another browser is refused: there is another actor, or another session.
"""

import hashlib
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

from bihuan.foundation.actor import Actor
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.files.refusals import LinkExpired, LinkRefused

PURPOSE = "bihuan.foundation.files"
LIFETIME = timedelta(minutes=10)


def signed_link(
    file: StoredFile, actor: Actor | None, ttl: timedelta = LIFETIME, *, session_key: str | None = None
) -> str:
    """An address for the file that works for this actor (and this session, when one is given) until ``ttl`` is over.

    Actors without an id (portal visitors) are told apart by their session only, so they need one.
    """
    if session_key is None and (actor is None or actor.id is None):
        raise ValueError("a link for somebody without an id must be bound to a session")
    ticket = [file.token, _bearer(actor, session_key), int(session_key is not None), int(ttl.total_seconds())]
    return reverse("files:open", args=[signing.dumps(ticket, salt=PURPOSE)])


def request_link(request: HttpRequest, file: StoredFile, ttl: timedelta = LIFETIME) -> str:
    """The link for whoever is looking at the page; starts a session for a visitor who has none."""
    if request.session.session_key is None:
        request.session.create()
    return signed_link(file, _actor_of(request), ttl, session_key=request.session.session_key)


def open_link(ticket: str, actor: Actor | None, *, session_key: str | None = None) -> StoredFile:
    """The file behind a link. Raises LinkExpired, LinkRefused."""
    try:
        token, bearer, in_session, seconds = signing.loads(ticket, salt=PURPOSE)
        signing.loads(ticket, salt=PURPOSE, max_age=seconds)
    except signing.SignatureExpired as error:
        raise LinkExpired() from error
    except signing.BadSignature as error:
        raise LinkRefused() from error
    file = StoredFile.objects.filter(token=token).first()
    if file is None or bearer != _bearer(actor, session_key if in_session else None):
        raise LinkRefused()
    return file


def open_request_link(request: HttpRequest, ticket: str) -> StoredFile:
    """The file behind a link, for whoever asks. Raises LinkExpired, LinkRefused."""
    return open_link(ticket, _actor_of(request), session_key=request.session.session_key)


def _actor_of(request: HttpRequest) -> Actor | None:
    return getattr(request, "actor", None)


def _bearer(actor: Actor | None, session_key: str | None) -> str:
    """Who a link is for, as a digest: neither ids nor session keys show in an address."""
    person = "" if actor is None else f"{actor.kind}:{actor.id}"
    return hashlib.sha256(f"{PURPOSE}\0{person}\0{session_key or ''}".encode()).hexdigest()[:32]
