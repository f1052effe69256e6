"""What is sent to each route: values of its path and a body that a permitted person gets through with.

A route that is not named here is visited once, with the values of ``ADDRESS`` and an empty body.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.api.models import ApiToken
from bihuan.exports.links import export_link
from bihuan.foundation.files.links import signed_link
from bihuan.foundation.moment import now
from tests.guards.routes import PARAMETER, Route
from tests.guards.world import WORDS, World
from tests.people import PASSWORD, acting

Body = Mapping[str, Any]
Value = Callable[[World], Any]

ADDRESS: dict[str, Value] = {
    "number": lambda world: world.cases["received"].number,
    "token": lambda world: world.cases["answered"].public_token,
    "promise_id": lambda world: world.promise.pk,
    "handoff_id": lambda world: world.handoffs["waiting"].pk,
    "staff_id": lambda world: world.company.zhou.pk,
    "grant_id": lambda world: world.grant.pk,
    "ticket": lambda world: signed_link(world.file, acting(world.company.lin)).rpartition("/")[2],
    "export_id": lambda world: world.export.pk,
    "kind": lambda world: "complaint",
    "box": lambda world: "note",
    "field": lambda world: "name",
    "verb": lambda world: "note",
    "key": lambda world: "x" * 20,
    "uidb36": lambda world: "1",
    "mail_id": lambda world: 1,
    "scan_id": lambda world: world.scan.pk,
    "incident_id": lambda world: world.incident.pk,
    "deed": lambda world: "tell",
    "customer_id": lambda world: world.cases["received"].customer_id,
    "merge_id": lambda world: world.merge.pk,
    "rotation_id": lambda world: world.rotation.pk,
    "key_id": lambda world: 1,
    "word": lambda world: "pause",
    "account_id": lambda world: world.account.pk,
    "part": lambda world: "habit",
    "alert_id": lambda world: world.alert.pk,
    "unit_id": lambda world: world.company.east.pk,
    "request_id": lambda world: world.asked.pk,
    "breach_id": lambda world: world.breach.pk,
    "step": lambda world: "assess",
    "activity_id": lambda world: world.processing.activity_id,
    "agreement_id": lambda world: world.draft.pk,
    "purge_id": lambda world: world.purge.pk,
    "hold_id": lambda world: world.hold.pk,
    "form": lambda world: "txt",
    "token_id": lambda world: ApiToken.objects.earliest("pk").pk,
}


@dataclass(frozen=True)
class Visit:
    """One request to a route; ``label`` tells several of one route apart."""

    label: str = ""
    address: Mapping[str, Value] | None = None
    body: Callable[[World], Body] = lambda world: {}


FINDINGS = {
    "findings": WORDS,
    "solution": WORDS,
    "cause": "PROCESS",
    "cause_stage": "LINEHAUL",
    "cause_station": "汉阳",
}


proved: Mapping[str, Value] = {"request_id": lambda world: world.proved.pk}
right: Mapping[str, Value] = {"token": lambda world: world.asked.token}
agreed: Mapping[str, Value] = {"agreement_id": lambda world: world.agreed.pk}
company_of: Mapping[str, Value] = {"customer_id": lambda world: world.account.customer_id}
LIMITS = ("window_minutes", "files", "reveals", "exports", "reveals_per_minute")


def message(world: World) -> Body:
    return {"message": WORDS}


def hand_over(world: World) -> Body:
    return {"department_id": world.company.operations.pk, "request": WORDS}


def plan(world: World) -> Body:
    milestone = {"title": "试点", "due_on": str(now().date())}
    return {
        "owner": "许建国",
        "milestone": "试点",
        "due_on": milestone["due_on"],
        "milestones": [milestone],
        **message(world),
    }


# Verb of a case: the case in whose state it is possible, and what it needs.
CASE_VERBS: dict[str, tuple[str, Callable[[World], Body]]] = {
    "claim": ("received", lambda world: {}),
    "assign": ("received", lambda world: {"agent_id": world.company.zhou.pk}),
    "confirm": ("received", message),
    "promise": ("question", message),
    "hand_over": ("confirmed", hand_over),
    "forward": ("assessed", hand_over),
    "find": ("confirmed", lambda world: FINDINGS),
    "answer": ("investigated", message),
    "reply": ("confirmed", message),
    "note": ("confirmed", lambda world: {"text": WORDS}),
    "priority": ("confirmed", lambda world: {"impact": "HIGH", "urgency": "HIGH"}),
    "extend": ("confirmed", lambda world: {"minutes": 60, "reason": "等回复", "notice": WORDS}),
    "callback": ("answered", lambda world: {"result": "SATISFIED", "note": "满意"}),
    "close": ("satisfied", lambda world: {}),
    "assess": ("idea", lambda world: {"feasibility": 4, "value": 4, "note": WORDS}),
    "decline": ("assessed", message),
    "plan": ("adopted", plan),
    "progress": ("planned", message),
    "finish": ("planned", message),
}
HANDOFF_VERBS: dict[str, tuple[str, Callable[[World], Body]]] = {
    "accept": ("waiting", lambda world: {}),
    "return": ("accepted", lambda world: {"reason": "NOT_OURS", "note": "不归我们"}),
    "answer": ("accepted", lambda world: FINDINGS),
    "decide": ("forwarded", lambda world: {"adopted": "1", "reason": WORDS}),
}
# The last word of an API address, where it differs from the verb.
API_WORDS = {
    "hand-over": "hand_over",
    "findings": "find",
    "replies": "reply",
    "notes": "note",
    "extension": "extend",
    "assessment": "assess",
    "decision": "decide",
}


def number_of(name: str) -> Mapping[str, Value]:
    return {"number": lambda world: world.cases[name].number}


def token_of(name: str) -> Mapping[str, Value]:
    return {"token": lambda world: world.cases[name].public_token}


def handoff_of(name: str) -> Mapping[str, Value]:
    return {"handoff_id": lambda world: world.handoffs[name].pk}


def export_ticket(world: World) -> str:
    return export_link(world.export, acting(world.company.wei)).rpartition("/")[2]


def voice(world: World) -> Body:
    return {
        "kind": "COMPLAINT",
        "category": "LOSS",
        "matter": WORDS,
        "expected": "尽快找回",
        "outcomes": ["find"],
        "customer_phone": "13900005678",
        "urgency": "MEDIUM",
    }


def evidence(world: World) -> Body:
    return {"item": "录音", "statement": WORDS}


def grant(world: World) -> Body:
    return {"role": "INSPECTOR", "unit_id": world.company.hq.pk, "from_on": str(now().date())}


def new_person(world: World) -> Body:
    unit = world.company.complaints.pk
    return {"staff_no": "E10009", "name": "方圆", "post": "AGENT", "unit_id": unit, "password": PASSWORD}


def new_unit(world: World) -> Body:
    return {"parent_id": world.company.east.pk, "kind": "TEAM", "unit_code": "EAST-N", "name": "华东夜班组"}


def move(world: World) -> Body:
    tomorrow = now().date() + timedelta(days=1)
    return {"unit_id": world.company.consultations.pk, "from_on": str(tomorrow)}


def assessment(world: World) -> Body:
    rule = {"rule": "LISTED", "listed": str(world.stranger.pk)}
    return {"data_kinds": ["NAME"], "cause": WORDS, "harm": WORDS, **rule}


def processing(world: World) -> Body:
    names = ("name", "purpose", "subjects", "data_kinds", "retention", "safeguards")
    return {"basis": "CONTRACT", **dict.fromkeys(names, WORDS)}


def agreement(world: World) -> Body:
    today = str(now().date())
    days = {"assessed_on": today, "from_on": today, "to_on": today}
    terms = {"relation": "ENTRUSTED", "purpose": "CLAIMS", "shared": ["NAME"], "safeguards": WORDS}
    return {"partner": "远禾理赔有限公司", **terms, **days}


def reassign(world: World) -> Body:
    return {"agent_id": str(world.company.zhou.pk), "pick": [world.cases["received"].number]}


def upload(world: World) -> Body:
    return {"file": SimpleUploadedFile("note.txt", b"what happened", content_type="text/plain")}


PAGES: dict[tuple[str, str], tuple[Visit, ...]] = {
    ("case_verb", "POST"): tuple(
        Visit(verb, number_of(name) | {"verb": lambda world, verb=verb: verb}, body)
        for verb, (name, body) in CASE_VERBS.items()
    ),
    ("handoff_verb", "POST"): tuple(
        Visit(verb, handoff_of(name) | {"verb": lambda world, verb=verb: verb}, body)
        for verb, (name, body) in HANDOFF_VERBS.items()
    ),
    ("export_start", "POST"): (Visit(body=lambda world: {"format": "CSV"}),),
    ("exports:open", "GET"): (Visit(address={"ticket": export_ticket}),),
    ("case_new", "POST"): (Visit(body=voice),),
    ("case_evidence", "POST"): (Visit(body=evidence),),
    ("case_reveal", "POST"): (Visit(body=lambda world: {"purpose": "CALLBACK"}),),
    ("case_archive", "GET"): (Visit(address=number_of("closed")),),
    ("handoff_evidence", "POST"): (Visit(address=handoff_of("accepted"), body=evidence),),
    ("incident_new", "POST"): (Visit(body=lambda world: {"title": WORDS, "kind": "WEATHER"}),),
    ("incident_deed", "POST"): (Visit(body=lambda world: {"notice": WORDS}),),
    ("risk_reassign", "POST"): (Visit(body=reassign),),
    ("customer_find", "POST"): (Visit(body=lambda world: {"text": "13800001234"}),),
    ("customer_detail", "POST"): (Visit(body=lambda world: {"kind": "PHONE", "value": "13600006666"}),),
    ("customer_confirm", "POST"): (Visit(body=lambda world: {"field": world.claimed}),),
    ("customer_merge", "POST"): (
        Visit("doubt", body=lambda world: {"other_id": str(world.stranger.pk), "note": WORDS}),
        Visit("sure", body=lambda world: {"other_id": str(world.twin.pk)}),
    ),
    ("account_file", "POST"): (
        Visit("change", company_of, lambda world: {"owner_id": str(world.company.lin.pk), "contract_no": "HT-9"}),
        Visit("person", None, lambda world: {"owner_id": str(world.company.lin.pk)}),
    ),
    ("account_part", "POST"): (Visit(body=lambda world: {"text": WORDS}),),
    ("undertaking_publish", "POST"): (
        Visit(body=lambda world: {"text": WORDS, "quiz": "", "pass_percent": "100", "valid_days": "30"}),
    ),
    ("alert_lift", "POST"): (Visit(body=lambda world: {"note": WORDS}),),
    ("vault_limits", "POST"): (Visit(body=lambda world: dict.fromkeys(LIMITS, "20")),),
    ("decoy_plant", "POST"): (Visit(body=lambda world: {"name": "冯虚", "phone": "13300003333"}),),
    ("staff_new", "POST"): (Visit(body=new_person),),
    ("staff_move", "POST"): (Visit(body=move),),
    ("staff_password", "POST"): (Visit(body=lambda world: {"password": PASSWORD}),),
    ("staff_active", "POST"): (Visit(body=lambda world: {"active": "0"}),),
    ("grant_give", "POST"): (Visit(body=grant),),
    ("unit_new", "POST"): (Visit(body=new_unit),),
    ("unit_page", "POST"): (Visit(body=lambda world: {"name": "华东大区"}),),
    ("provider_try", "POST"): (Visit(body=lambda world: {"provider": "SF", "number": "SF1234567890123"}),),
    ("token_issue", "POST"): (
        Visit(
            body=lambda world: {
                "staff_no": world.company.lin.staff_no,
                "name": "商城",
                "days": "30",
                "scopes": ["case.view"],
            }
        ),
    ),
    # a rotation is under way in this world, so whoever may start one meets a conflict
    ("key_rotate", "POST"): (Visit(body=lambda world: {"pace": "5000"}),),
    ("key_pace", "POST"): (Visit(body=lambda world: {"pace": "1000"}),),
    ("preferences", "POST"): (Visit(body=lambda world: {"theme": "dark"}),),
    ("portal_new", "POST"): (Visit(body=voice),),
    ("portal_add", "POST"): (Visit(body=lambda world: {"text": WORDS}),),
    ("portal_callback", "POST"): (Visit(body=lambda world: {"result": "SATISFIED"}),),
    ("portal_consent", "POST"): (Visit(body=lambda world: {"purpose": "CARE", "answer": "0"}),),
    ("portal_rate", "POST"): (Visit(address=token_of("closed"), body=lambda world: {"rating": "5"}),),
    ("rights_new", "POST"): (Visit(body=lambda world: {"customer_id": str(world.stranger.pk), "kind": "ERASE"}),),
    ("rights_identify", "POST"): (Visit(body=lambda world: {"proof": "CALLBACK", "note": WORDS}),),
    ("rights_fulfil", "POST"): (Visit(address=proved),),
    ("rights_refuse", "POST"): (
        Visit("reason", proved, lambda world: {"reason": "OTHERS", "words": WORDS}),
        Visit("none", proved, lambda world: {"words": WORDS}),
    ),
    ("rights_copy", "GET"): (Visit(address={"request_id": lambda world: world.copied.pk}),),
    ("hold_new", "POST"): (Visit(body=lambda world: {"customer_id": str(world.stranger.pk), "reason": "法院调查令"}),),
    ("retention_rule", "POST"): (Visit(body=lambda world: {"data_class": "ADDRESS", "months": "6", "basis": WORDS}),),
    ("purge_new", "POST"): (Visit(body=lambda world: {"classes": ["ADDRESS"]}),),
    ("breach_new", "POST"): (
        Visit(body=lambda world: {"title": WORDS, "kind": "LEAK", "found_at": "2026-01-01T08:00"}),
    ),
    ("breach_step", "POST"): (
        Visit("assess", None, assessment),
        Visit("early", {"step": lambda world: "close"}, lambda world: {"lessons": WORDS}),
    ),
    ("record_new", "POST"): (Visit(body=processing),),
    ("record_next", "POST"): (Visit(body=processing),),
    ("agreement_new", "POST"): (Visit(body=agreement),),
    ("agreement_share", "POST"): (
        Visit("agreed", agreed, lambda world: {"purpose": "CLAIMS", "shared": ["NAME"]}),
        Visit("outside", agreed, lambda world: {"purpose": "CLAIMS", "shared": ["ADDRESS"]}),
    ),
    ("hold_lift", "POST"): (Visit(body=lambda world: {"note": "调查结束"}),),
    ("portal_right_new", "POST"): (Visit(address=token_of("received"), body=lambda world: {"kind": "ACCESS"}),),
    ("portal_right", "GET"): (Visit(address=right),),
    ("portal_right_code", "POST"): (Visit(address=right),),
    ("portal_right_prove", "POST"): (Visit(address=right, body=lambda world: {"code": "12345678"}),),
    ("portal_right_copy", "GET"): (Visit(address=right),),
    ("portal_code", "POST"): (Visit(body=lambda world: {"number": world.cases["received"].number}),),
}


def visits_of(route: Route) -> tuple[Visit, ...]:
    """The requests that measure a route."""
    if not route.is_api:
        return PAGES.get((route.name, route.method), (Visit(),))
    if route.method == "GET":
        query = {"/search": {"text": "镜头"}, "/customers": {"phone": "13800001234"}}
        return (Visit(body=lambda world: next((q for end, q in query.items() if route.name.endswith(end)), {})),)
    last = route.name.rpartition("/")[2]
    verb = API_WORDS.get(last, last)
    if "{number}" in route.name:
        name, body = CASE_VERBS[verb]
        return (Visit(address=number_of(name), body=body),)
    if "{handoff_id}" in route.name:
        name, body = HANDOFF_VERBS[verb]
        return (Visit(address=handoff_of(name), body=body),)
    bodies = {"attachments": upload, "exports": lambda world: {"format": "CSV"}, "cancel": lambda world: {}}
    return (Visit(body=bodies.get(last, voice)),)


def path_of(route: Route, visit: Visit, world: World) -> str:
    values = {
        name: value(world) for name, value in {**ADDRESS, **(visit.address or {})}.items() if name in route.parameters
    }
    if route.is_api:
        return PARAMETER.sub(lambda found: str(values[found[2]]), route.name)
    return reverse(route.name, kwargs=values)
