"""A small server for the scripts of live updates: a page, its parts, and a stream that a test speaks through."""

import json
import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

STATIC = Path(__file__).resolve().parents[1] / "static"
CONTENT_TYPES = {".js": "text/javascript", ".html": "text/html; charset=utf-8"}

PAGE = """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{path}</title>
<meta name="bihuan-live" content="{after}" data-staff="7">
<script src="/static/vendor/htmx.min.js"></script>
<script type="module" src="/static/web/live.js"></script></head><body>
<div id="case" data-live="case:12" hx-get="/part/case" hx-trigger="live">0</div>
<div id="other" data-live="case:13" hx-get="/part/other" hx-trigger="live">0</div>
<div id="queue" data-live="queue" hx-get="/part/queue" hx-trigger="live">0</div>
<div id="draft" data-live="case:12" hx-get="/part/draft" hx-trigger="live"><textarea id="words"></textarea></div>
<form method="get" action="/sent" data-live-guard="case:12"><p id="held" data-live-held hidden>new</p>
<button id="send">send</button></form></body></html>"""


class LivePage(ThreadingHTTPServer):
    """The server; ``line_is_up = False`` cuts every stream and refuses new ones."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.line_is_up = True
        self.streams: list[queue.Queue[bytes | None]] = []
        self.asked: list[str] = []  # where each stream wished to begin
        self.loads: dict[str, int] = {}
        self.words: dict[str, str] = {}
        self.missed: list[dict[str, Any]] = []  # told to the next stream before it counts as synced
        self.staff = 7
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers leave in the middle of an answer; everything else is an error of the test."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def tell(self, name: str, data: dict[str, Any], position: str) -> None:
        """Speak on every open stream."""
        for stream in list(self.streams):
            stream.put(event(name, data, position))

    def change(self, case_id: int, xid: int) -> None:
        """Say that a case changed."""
        self.tell("entry", entry(case_id, xid), f"{xid}:1")

    def cut(self) -> None:
        """Lose the line."""
        self.line_is_up = False
        for stream in list(self.streams):
            stream.put(None)


class Handler(BaseHTTPRequestHandler):
    server: LivePage

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/live":
            self._stream(self.headers.get("Last-Event-ID") or parse_qs(address.query).get("after", [""])[0])
        elif address.path.startswith("/static/"):
            file = STATIC / address.path.removeprefix("/static/")
            self._send(file.read_bytes(), CONTENT_TYPES[file.suffix])
        elif address.path.startswith("/part/"):
            name = address.path.removeprefix("/part/")
            self.server.loads[name] = self.server.loads.get(name, 0) + 1
            self._send(self.server.words.get(name, str(self.server.loads[name])).encode(), CONTENT_TYPES[".html"])
        else:
            after = parse_qs(address.query).get("after", ["100:0"])[0]
            self._send(PAGE.format(path=address.path, after=after).encode(), CONTENT_TYPES[".html"])

    def _send(self, body: bytes, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'self'; style-src 'self' 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, after: str) -> None:
        if not self.server.line_is_up:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        said: queue.Queue[bytes | None] = queue.Queue()
        self.server.asked.append(after)
        said.put(b"retry: 100\n\n" + event("hello", {"staff": self.server.staff, "position": after}, after))
        for told in self.server.missed:
            said.put(event("entry", told, told["position"]))
        self.server.missed = []
        said.put(event("synced", {}, after))
        self.server.streams.append(said)
        while (text := said.get()) is not None:
            self.wfile.write(text)
        self.server.streams.remove(said)

    def log_message(self, *args: Any) -> None:
        """Nothing: printed output fails a test."""


def event(name: str, data: dict[str, Any], position: str) -> bytes:
    """An event as it goes over the line."""
    return f"id: {position}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode()


def entry(case_id: int, xid: int) -> dict[str, Any]:
    """What a browser is told about a change of a case."""
    return {
        "position": f"{xid}:1",
        "code": "case.assigned",
        "subject": "case",
        "subject_id": case_id,
        "actor": "林晓雯",
    }
