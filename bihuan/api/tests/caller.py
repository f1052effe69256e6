"""A program that calls the API in the name of a person."""

import json
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from bihuan.api.actions import issue_token
from bihuan.api.scopes import SCOPES
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.organization.models import Staff

ROOT = "/api/v1"
KEEPER = Actor.system("tests")
LOST = {
    "kind": "COMPLAINT",
    "category": "LOSS",
    "matter": "镜头是周五要用的，物流停在武汉三天了。",
    "expected": "尽快找回",
    "region": "浙江",
    "waybill": "YH773104829156",
    "customer_name": "赵敏娟",
    "customer_phone": "13800001234",
}


class Caller:
    """Sends requests with a token of its own; no cookie, no session."""

    def __init__(
        self, staff: Staff, scopes: Collection[str] = SCOPES, lifetime: timedelta = timedelta(hours=1)
    ) -> None:
        self.token, self.clear = issue_token(
            actor=KEEPER, staff_id=staff.pk, name="test", scopes=scopes, lifetime=lifetime, at=now()
        )

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.clear}"}

    def get(self, path: str, **query: Any) -> HttpResponse:
        return Client().get(ROOT + path, query, headers=self.headers)

    def post(self, path: str, body: Any = None, *, key: str = "") -> HttpResponse:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        text = "" if body is None else json.dumps(body)
        return Client().post(ROOT + path, text, content_type="application/json", headers=headers)

    def upload(self, file: Any) -> HttpResponse:
        return Client().post(f"{ROOT}/attachments", {"file": file}, headers=self.headers)

    def open_case(self, **changes: Any) -> str:
        """The number of a new case."""
        opened = self.post("/cases", LOST | changes)
        assert opened.status_code == 201, opened.content
        return str(opened.json()["number"])
