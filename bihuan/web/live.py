"""The live stream: one answer that does not end, as Server-Sent Events, beside Django's pages.

The person is recognised by the session once, and again every minute or when their rights change; in between the
stream touches no ORM and holds no database connection. Reconnecting browsers say how far they got (``Last-Event-ID``
or ``?after=``) and are told what they missed.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connections
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host

from bihuan.foundation.actor import Actor, Via
from bihuan.foundation.failure import describe
from bihuan.foundation.moment import now
from bihuan.journal.queries import LiveEntry, Position, Subscriber, live_hub
from bihuan.organization.models import Staff
from bihuan.organization.queries import actor_for
from bihuan.organization.roles import ADMINISTRATORS, Role

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

logger = logging.getLogger(__name__)

BEAT_SECONDS = 15.0
RECHECK_SECONDS = 60.0
SEND_SECONDS = 30.0  # who takes nothing for so long is gone
RETRY_MILLISECONDS = 2_000
# Administrators keep the system and work no cases, so case news is not theirs to see.
LIVE_ROLES = frozenset(role.value for role in Role) - frozenset(role.value for role in ADMINISTRATORS)


class SignedOut(Exception):
    """The session ended while the stream was open."""


async def live_stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one browser until it leaves, falls silent or its session ends."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if scope["method"] != "GET":
        return await _refuse(send, 405)
    if not _is_own_page(headers):
        return await _refuse(send, 403)
    session_key = _session_key(headers)
    actor = await _actor_of(session_key) if session_key else None
    if actor is None or session_key is None:
        return await _refuse(send, 401)
    stream = LiveStream(send, actor, session_key)
    work = asyncio.ensure_future(stream.run(_wanted_position(scope, headers)))
    leaving = asyncio.ensure_future(_until_disconnect(receive))
    try:
        await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (work, leaving):
            task.cancel()
        await asyncio.gather(work, leaving, return_exceptions=True)


class LiveStream:
    """One open stream and where it stands."""

    def __init__(self, send: Send, actor: Actor, session_key: str) -> None:
        self._send = send
        self._session_key = session_key
        self._staff_id = actor.id
        self._subscriber = Subscriber(actor, LIVE_ROLES)
        self._told: set[int] = set()  # entries of the catch-up that the queue may bring once more
        self._safe = Position(0, 0)
        self._is_open = False

    async def run(self, after: Position | None) -> None:
        """Open, tell what was missed, then what happens."""
        hub = live_hub()
        try:
            present = await hub.join(self._subscriber)
            await self._open(after or present)
            await self._catch_up(self._safe)
            await self._event("synced", {})
            await self._go_on()
        except SignedOut:
            await self._event("signed-out", {})
        except (OSError, TimeoutError):
            return  # the browser is gone
        except Exception as error:
            logger.warning("live stream: %s; the browser connects again", describe(error))
        finally:
            hub.leave(self._subscriber)
        await self._end()

    async def _open(self, after: Position) -> None:
        self._safe, self._is_open = after, True
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            (b"x-content-type-options", b"nosniff"),
        ]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        await self._write(f"retry: {RETRY_MILLISECONDS}\n\n".encode())
        await self._event("hello", {"staff": self._staff_id, "position": str(after)})

    async def _end(self) -> None:
        if not self._is_open:
            await _refuse(self._send, 503)
        else:
            await self._write(b"", more=False)

    async def _go_on(self) -> None:
        loop = asyncio.get_running_loop()
        recheck_at = loop.time() + RECHECK_SECONDS
        while True:
            if self._subscriber.rights_changed or loop.time() >= recheck_at:
                await self._recheck()
                recheck_at = loop.time() + RECHECK_SECONDS
            if self._subscriber.lagging:
                self._subscriber.lagging = False
                await self._catch_up(self._safe)
            try:
                async with asyncio.timeout(BEAT_SECONDS):
                    entry = await self._subscriber.queue.get()
            except TimeoutError:
                if self._subscriber.queue.empty():  # all that was offered is told
                    self._safe = live_hub().position or self._safe
                await self._event("beat", {})
                continue
            if entry is not None:
                await self._tell(entry)

    async def _recheck(self) -> None:
        """Look at session and rights again; ends the stream when the session is over."""
        changed, self._subscriber.rights_changed = self._subscriber.rights_changed, False
        actor = await _actor_of(self._session_key)
        if actor is None or actor.id != self._staff_id:
            raise SignedOut
        self._subscriber.allow(actor, LIVE_ROLES)
        if changed:
            await self._event("resync", {})

    async def _catch_up(self, after: Position) -> None:
        missed = await live_hub().missed(after)
        if missed is None:
            self._safe = live_hub().position or after
            await self._event("resync", {})
            return
        for entry in missed:
            if self._subscriber.may_see(entry):
                await self._tell(entry)
        self._told = {entry.position.id for entry in missed}

    async def _tell(self, entry: LiveEntry) -> None:
        if entry.position.id in self._told:
            self._told.discard(entry.position.id)
            return
        self._safe = max(self._safe, entry.safe)
        await self._event("entry", entry.text)

    async def _event(self, name: str, data: dict[str, Any] | str) -> None:
        text = data if isinstance(data, str) else json.dumps(data)
        await self._write(f"id: {self._safe}\nevent: {name}\ndata: {text}\n\n".encode())

    async def _write(self, body: bytes, more: bool = True) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await self._send({"type": "http.response.body", "body": body, "more_body": more})


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _is_own_page(headers: dict[str, str]) -> bool:
    """True when the browser asks for one of our own pages: known host, and not from another site."""
    domain, _ = split_domain_port(headers.get("host", ""))
    own_host = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
    return own_host and headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def _session_key(headers: dict[str, str]) -> str | None:
    cookies = SimpleCookie()
    with contextlib.suppress(CookieError):
        cookies.load(headers.get("cookie", ""))
    found = cookies.get(settings.SESSION_COOKIE_NAME)
    return found.value if found else None


def _wanted_position(scope: Scope, headers: dict[str, str]) -> Position | None:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return Position.parse(headers.get("last-event-id", "")) or Position.parse(query.get("after", [""])[0])


async def _actor_of(session_key: str) -> Actor | None:
    return await sync_to_async(_find_actor, thread_sensitive=False)(session_key)


def _find_actor(session_key: str) -> Actor | None:
    """The person whose session this is, with today's rights; reading it does not prolong it."""
    try:
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
        user = get_user(request)
        return actor_for(user, at=now(), via=Via.WEB) if isinstance(user, Staff) and user.is_active else None
    finally:
        connections.close_all()
