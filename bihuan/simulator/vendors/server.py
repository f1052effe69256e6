"""One server on this machine that plays all platforms, each in a mood of its own."""

import json
from contextlib import suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Event, Thread
from typing import Any

from bihuan.foundation.moment import now
from bihuan.parcels.journeys import Story, tell
from bihuan.simulator.vendors.moods import DEEP, FILLING, PAGE, Mood, bent
from bihuan.simulator.vendors.platforms import PLATFORMS, Call, Platform, SignatureRefused

STORIES = tuple(Story)
UNKNOWN_ENDING = "9"
DRIP_SECONDS = 0.1
BODIES = {Mood.HTML: PAGE, Mood.EMPTY: "", Mood.DEEP: DEEP}
STATUSES = {Mood.ERROR: 500, Mood.BUSY: 429, Mood.MOVED: 302}


class VendorServer(ThreadingHTTPServer):
    """Starts at once on a free port unless told one; ``asked`` counts the questions that reached each platform."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), VendorHandler)
        self.moods = {platform.name: Mood.HONEST for platform in PLATFORMS}
        self.asked = {platform.name: 0 for platform in PLATFORMS}
        self.last_body = ""
        # a journey asked for twice is the same journey
        self.told_at = now().replace(hour=0, minute=0, second=0, microsecond=0)
        self.stopping = Event()
        self.thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self) -> None:
        """Hang up on everybody."""
        self.stopping.set()
        self.shutdown()
        self.thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up on a platform in a bad mood is right to do so."""

    def configuration(self) -> str:
        """What ``carriers.toml`` has to say for these platforms to be asked."""
        return "\n".join(_table(platform, self.url) for platform in PLATFORMS)


def story_of(number: str) -> Story | None:
    """What became of a parcel, by the last digit of its number; 9 is not known."""
    last = number[-1]
    return None if last == UNKNOWN_ENDING or not last.isdigit() else STORIES[int(last) % len(STORIES)]


def answer_of(platform: Platform, number: str, mood: Mood, at: datetime) -> Any:
    """What a platform says of a parcel."""
    if mood is Mood.STRANGER:
        number = f"{number[:-2]}00"
    if mood is Mood.SHY:
        return platform.shyness or platform.tell(number, ())
    story = story_of(number)
    scans = tell(story, Random(number), at).scans if story else ()
    return platform.tell(number, bent(scans, mood, at))


class VendorHandler(BaseHTTPRequestHandler):
    """Finds the platform, checks the signature, and answers in its mood."""

    server: VendorServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self._is_wish():
            return self._reply(200, "ok")
        platform = next((it for it in PLATFORMS if self.path.startswith(it.path)), None)
        if platform is None:
            return self._reply(404, "no such platform")
        self.server.asked[platform.name] += 1
        self.server.last_body = body
        mood = self.server.moods[platform.name]
        call = Call(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        try:
            if mood is Mood.LOCKED:
                raise SignatureRefused
            answer = answer_of(platform, platform.number_in(call), mood, self.server.told_at)
        except (SignatureRefused, KeyError, TypeError, ValueError):
            answer = platform.refusal
        self._answer(mood, json.dumps(answer, ensure_ascii=True))

    def _is_wish(self) -> bool:
        """``POST /mood/sf/SLOW`` changes the mood of a running platform."""
        match self.path.strip("/").split("/"):
            case ["mood", name, mood] if name in self.server.moods and mood in set(Mood):
                self.server.moods[name] = Mood(mood)
                return True
            case _:
                return False

    def _answer(self, mood: Mood, text: str) -> None:
        match mood:
            case Mood.DOWN:
                self.close_connection = True
            case Mood.STALLED:
                self.server.stopping.wait()
            case Mood.CRAWLING:
                self._drip(b"HTTP/1.1 200 OK\r\n" + b"X-Wait: please\r\n" * 90)
            case Mood.SLOW:
                self._begin(200, len(text))
                self._drip(text.encode())
            case Mood.ENDLESS:
                self._begin(200, 10**12)
                while not self.server.stopping.is_set():
                    self.wfile.write(FILLING)
            case Mood.ERROR | Mood.BUSY | Mood.MOVED:
                self._reply(STATUSES[mood], text)
            case _:
                self._reply(200, BODIES.get(mood, text[:-9] if mood is Mood.BROKEN else text))

    def _drip(self, content: bytes) -> None:
        with suppress(OSError):
            for byte in content:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                if self.server.stopping.wait(DRIP_SECONDS):
                    break
        self.close_connection = True

    def _reply(self, status: int, text: str) -> None:
        content = text.encode()
        self._begin(status, len(content))
        self.wfile.write(content)

    def _begin(self, status: int, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(length))
        if status == STATUSES[Mood.MOVED]:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what is asked names parcels."""


def _table(platform: Platform, url: str) -> str:
    values = {"address": url + platform.address, **platform.keys}
    return "\n".join([f"[{platform.name}]", *(f'{name} = "{value}"' for name, value in values.items()), ""])
