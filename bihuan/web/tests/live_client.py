"""Browsers before the live stream: they speak ASGI to it in an event loop of their own and hand over what they hear."""

import asyncio
import json
import queue
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from bihuan.journal.queries import live_hub
from bihuan.web.live import live_stream

PATIENCE_SECONDS = 15.0


@dataclass(frozen=True)
class Heard:
    """One event of a stream."""

    name: str
    id: str
    data: dict[str, Any]


class LiveClient:
    """One open stream. A paused one takes nothing from the server, like a browser on a bad line."""

    def __init__(
        self, server: "LiveServer", session_key: str, headers: dict[str, str], query: str, method: str
    ) -> None:
        sent = {"host": "testserver", "cookie": f"bihuan_session={session_key}"} | headers
        self._scope = {
            "type": "http", "method": method, "path": "/live", "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }  # fmt: skip
        self._heard: queue.Queue[Heard] = queue.Queue()
        self._server = server
        self._ready = threading.Event()
        self._known: set[str] = set()
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.last_id = ""
        self._taking = asyncio.Event()
        self._taking.set()
        self._gone = asyncio.Event()
        self._work = server.run(self._speak())

    def next(self, name: str) -> Heard:
        """Wait for the next event of a kind, passing over others."""
        while True:
            heard = self._heard.get(timeout=PATIENCE_SECONDS)
            if heard.name == name:
                return heard

    def parcels(self, count: int) -> list[int]:
        """The subjects of the next entries that are new, as pages take them: what is told once more is passed over.

        While any transaction of the server is open, other databases included, the safe position stands still and
        whoever catches up from it hears again.
        """
        found = []
        while len(found) < count:
            entry = self.next("entry").data
            if entry["position"] not in self._known:
                self._known.add(entry["position"])
                found.append(entry["subject_id"])
        return found

    def until_synced(self) -> list[Heard]:
        """What the stream tells until everything missed is told."""
        heard = [self._heard.get(timeout=PATIENCE_SECONDS)]
        while heard[-1].name != "synced":
            heard.append(self._heard.get(timeout=PATIENCE_SECONDS))
        return heard

    def answer(self) -> int | None:
        """Wait for the beginning of the answer: its status."""
        assert self._ready.wait(PATIENCE_SECONDS)
        return self.status

    def pause(self) -> None:
        """Take nothing any more."""
        self._server.call(self._taking.clear)

    def go_on(self) -> None:
        """Take again."""
        self._server.call(self._taking.set)

    def close(self) -> None:
        """Leave, and wait until the server has noticed."""
        self._server.call(self._gone.set)
        self._work.result(PATIENCE_SECONDS)

    def wait_for_end(self) -> None:
        """Wait until the server has ended the stream."""
        self._work.result(PATIENCE_SECONDS)

    async def _speak(self) -> None:
        await live_stream(self._scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self._taking.wait()
        if message["type"] == "http.response.start":
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            self.status = message["status"]
            self._ready.set()
        else:
            self._take(message["body"].decode())

    def _take(self, text: str) -> None:
        fields = dict(line.split(": ", 1) for line in text.strip().splitlines() if ": " in line)
        self.last_id = fields.get("id", self.last_id)
        if "event" in fields:
            self._heard.put(Heard(fields["event"], fields["id"], json.loads(fields["data"])))


class LiveServer:
    """An event loop in a thread, as a web process has one."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._clients: list[LiveClient] = []

    def open(
        self, session_key: str, *, after: str = "", headers: dict[str, str] | None = None, method: str = "GET"
    ) -> LiveClient:
        """A browser that connects; ``after`` goes into the address as on a fresh page."""
        client = LiveClient(self, session_key, headers or {}, f"after={after}" if after else "", method)
        self._clients.append(client)
        return client

    def run(self, work: Coroutine[Any, Any, None]) -> "Future[None]":
        """Start a coroutine in the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, act: Any) -> None:
        """Call something in the loop."""
        self._loop.call_soon_threadsafe(act)

    def stop(self) -> None:
        """Close every stream, the hub and the loop."""
        try:
            for client in self._clients:
                client.go_on()
                client.close()
            self.run(self._close_hub()).result(PATIENCE_SECONDS)
            self.run(self._loop.shutdown_default_executor()).result(PATIENCE_SECONDS)
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    async def _close_hub(self) -> None:
        await live_hub().close()
