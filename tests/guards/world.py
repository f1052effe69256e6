"""One small company with a case in every state: what the permission table is measured on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from bihuan.accounts.actions import Terms, open_account
from bihuan.accounts.models import KeyAccount
from bihuan.api.actions import issue_token
from bihuan.api.scopes import SCOPES
from bihuan.breaches import actions as breaches
from bihuan.breaches.models import Breach
from bihuan.carriers.scans import Scan, ScanCode
from bihuan.cases import actions
from bihuan.cases.models import Case, Handoff
from bihuan.cases.queries import CASE_EXPORT
from bihuan.cases.tests import factories
from bihuan.clearance.actions import count_look
from bihuan.clearance.models import LookKind, VaultAlert
from bihuan.customers.actions import (
    CustomerDraft,
    find_or_register_customers,
    merge_customers,
    register_customer,
)
from bihuan.customers.models import Customer, CustomerMerge, CustomerPhone
from bihuan.exports.actions import start_export
from bihuan.exports.models import ExportJob
from bihuan.exports.running import run as run_export
from bihuan.foundation.actor import Actor
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.files.store import store_file
from bihuan.foundation.moment import now
from bihuan.incidents import actions as incidents
from bihuan.incidents.models import Incident
from bihuan.organization.models import RoleGrant, Staff
from bihuan.organization.roles import Role
from bihuan.parcels import actions as parcels
from bihuan.parcels.models import TrackingEvent
from bihuan.portal.visitor import PROVED
from bihuan.privacy.actions import RecordDraft, write_record
from bihuan.privacy.models import ProcessingRecord
from bihuan.promises.models import Promise
from bihuan.retention import actions as retention
from bihuan.retention.models import LegalHold, Purge
from bihuan.rights import actions as rights
from bihuan.rights.models import RightsRequest
from bihuan.safekeeping.models import KeyRotation, RotationKind
from bihuan.sharing import actions as sharing
from bihuan.sharing.models import SharingAgreement
from tests.people import Company, acting, add_person, build_company, signed_in, visitor

WORDS = "您好，已经核对，结果会按时告诉您。"


@dataclass
class World:
    """The company, its cases by state and kind, and for each role its session on pages and its token for the API.

    ``told`` is what Zhao says otherwise than usual when she opens her cases.
    """

    company: Company
    file: StoredFile
    rotation: KeyRotation
    told: Mapping[str, Any] = field(default_factory=dict)
    export: ExportJob = field(init=False)
    sessions: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    handoffs: dict[str, Handoff] = field(default_factory=dict)

    @cached_property
    def scan(self) -> TrackingEvent:
        return TrackingEvent.objects.get()

    @cached_property
    def incident(self) -> Incident:
        return Incident.objects.get()

    @cached_property
    def grant(self) -> RoleGrant:
        return RoleGrant.objects.get(staff=self.company.zhou)

    @cached_property
    def promise(self) -> Promise:
        return Promise.objects.about("case", self.cases["received"].pk).earliest("pk")

    @cached_property
    def merge(self) -> CustomerMerge:
        return CustomerMerge.objects.get()

    @cached_property
    def alert(self) -> VaultAlert:
        """Dun opened too many files; nobody else is held."""
        return VaultAlert.objects.get()

    @cached_property
    def account(self) -> KeyAccount:
        return KeyAccount.objects.get()

    @cached_property
    def asked(self) -> RightsRequest:
        """Zhao wants a copy, and nobody has checked yet who asks."""
        return RightsRequest.objects.get(state="RECEIVED")

    @cached_property
    def proved(self) -> RightsRequest:
        """Somebody who has nothing in common with Zhao wants a copy, and has proved who asks."""
        return RightsRequest.objects.get(state="IDENTIFIED")

    @cached_property
    def copied(self) -> RightsRequest:
        """The same person has got a copy before."""
        return RightsRequest.objects.get(state="FULFILLED")

    @cached_property
    def hold(self) -> LegalHold:
        return LegalHold.objects.get()

    @cached_property
    def purge(self) -> Purge:
        """What An Qi has previewed and nobody has approved."""
        return Purge.objects.get()

    @cached_property
    def draft(self) -> SharingAgreement:
        """What Qian would like to agree on with a partner."""
        return SharingAgreement.objects.get(state="DRAFT")

    @cached_property
    def agreed(self) -> SharingAgreement:
        return SharingAgreement.objects.get(state="APPROVED")

    @cached_property
    def processing(self) -> ProcessingRecord:
        return ProcessingRecord.objects.get()

    @cached_property
    def breach(self) -> Breach:
        return Breach.objects.get()

    @property
    def twin(self) -> Customer:
        """Another entry of the customer of the cases, under the same phone."""
        return self.customers["twin"]

    @property
    def stranger(self) -> Customer:
        """Somebody who has nothing in common with the customer of the cases."""
        return self.customers["stranger"]

    @cached_property
    def claimed(self) -> str:
        """A phone that the customer of the cases claims and nobody has confirmed."""
        claim = CustomerPhone.objects.get(customer_id=self.cases["received"].customer_id, identifies=False)
        return f"phone:{claim.pk}"

    def open_case(self, **changes: Any) -> Case:
        """A case of Zhao's."""
        return factories.open_complaint(**{**self.told, **changes})

    def send(self, role: str, method: str, path: str, body: Mapping[str, Any], *, as_json: bool) -> HttpResponse:
        """What the role gets for the request, in a browser of its own that forgets, or as a program with its token.

        Files are sent as a form.
        """
        client = Client(raise_request_exception=False)
        if role in self.sessions and not as_json:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if as_json and role in self.tokens else {}
        has_files = any(hasattr(value, "read") for value in body.values())
        if method == "GET":
            return client.get(path, body, headers=headers)
        if as_json and not has_files:
            return client.generic(method, path, json.dumps(body), content_type="application/json", headers=headers)
        return client.post(path, body, headers=headers)


def build_world(told: Mapping[str, Any] | None = None) -> World:
    """Everything the table needs. Call inside a transaction that is rolled back."""
    file = store_file(name="note.txt", content=b"what happened", content_type="text/plain", at=now())
    world = World(build_company(), file, running_rotation(), told or {})
    company = world.company
    add_complaints(world)
    add_consultations(world)
    add_suggestions(world)
    add_parcel(world)
    add_customers(world)
    add_alert(world)
    add_rights(world)
    people = {
        "agent": company.lin,
        "colleague": company.zhou,
        "south_agent": company.bai,
        "supervisor": company.wei,
        "manager": company.qian,
        "director": company.he,
        "inspector": company.inspector,
        "liaison": company.xu,
        "other_liaison": company.deng,
        "system_admin": company.system_admin,
        "security_admin": company.security_admin,
        "audit_admin": company.audit_admin,
    }
    for role, staff in people.items():
        sign_in(world, role, staff)
    world.sessions["customer"] = customer_session(world)
    world.export = finished_export(company.wei)
    return world


def running_rotation() -> KeyRotation:
    """A rotation of keys under way; the keyring of the test run stays as it is."""
    return KeyRotation.objects.create(
        kind=RotationKind.DATA, key_id=1, started_by_name="安琪", started_at=now(), moved_at=now()
    )


def finished_export(staff: Staff) -> ExportJob:
    """The case list of Wei the supervisor, as a file."""
    job = start_export(actor=acting(staff), exporter=CASE_EXPORT, filters={}, at=now())
    run_export(job.pk)
    job.refresh_from_db()
    return job


def add_complaints(world: World) -> None:
    company = world.company
    world.cases["received"] = world.open_case()
    world.cases["confirmed"] = factories.confirm(company, world.open_case())
    for name in ("waiting", "accepted"):
        case = factories.confirm(company, world.open_case())
        world.handoffs[name] = factories.hand_over(company, case)
        world.cases[name] = case
    actions.accept_handoff(actor=acting(company.xu), handoff_id=world.handoffs["accepted"].pk, at=now())
    world.cases["investigated"] = factories.investigate(company, world.open_case())
    world.cases["answered"] = factories.answer(company, world.open_case())
    satisfied = factories.answer(company, world.open_case())
    actions.record_callback(actor=acting(company.zhou), case_id=satisfied.pk, result="SATISFIED", note="满意", at=now())
    world.cases["satisfied"] = satisfied
    world.cases["closed"] = factories.close(company, world.open_case())


def add_consultations(world: World) -> None:
    for name in ("question", "promised"):
        world.cases[name] = world.open_case(kind="CONSULTATION", category="SERVICE")
    lin = acting(world.company.lin)
    actions.promise_reply(actor=lin, case_id=world.cases["promised"].pk, message=WORDS, at=now())


def add_suggestions(world: World) -> None:
    """Suggestions on their way: idea, assessed, forwarded, adopted, planned."""
    company, at = world.company, now()
    lin, xu = acting(company.lin), acting(company.xu)
    for name in ("idea", "assessed", "forwarded", "adopted", "planned"):
        world.cases[name] = world.open_case(kind="SUGGESTION", category="SERVICE")
    for name in ("assessed", "forwarded", "adopted", "planned"):
        actions.assess_suggestion(actor=lin, case_id=world.cases[name].pk, feasibility=4, value=5, note="可行", at=at)
    for name in ("forwarded", "adopted", "planned"):
        world.handoffs[name] = factories.hand_over(company, world.cases[name])
    for name in ("adopted", "planned"):
        actions.decide_suggestion(actor=xu, handoff_id=world.handoffs[name].pk, adopted=True, reason="好", at=at)
    steps = [actions.Milestone(title="试点", due_on=at.date())]
    actions.plan_suggestion(
        actor=lin, case_id=world.cases["planned"].pk, owner="许建国", milestones=steps, message=WORDS, at=at
    )


def add_customers(world: World) -> None:
    """Others in the vault: one who may be the same, one who was merged, one who has nothing in common."""
    lin, at = acting(world.company.lin), now()
    own_id = world.cases["received"].customer_id
    drafts = {
        "twin": CustomerDraft(name="赵敏娟", phones=["13800001234"]),
        "merged": CustomerDraft(phones=["13800001234"]),
        "stranger": CustomerDraft(name="钱多多", phones=["13711112222"]),
        "company": CustomerDraft(name="远禾科技有限公司", phones=["010-62345678"], kind="COMPANY"),
    }
    for name, draft in drafts.items():
        world.customers[name] = register_customer(actor=lin, draft=draft, at=at)
    merge_customers(actor=lin, kept_id=own_id, merged_id=world.customers["merged"].pk, at=at)
    terms = Terms(owner_id=world.company.lin.pk, needs="夜间取件")
    open_account(actor=acting(world.company.wei), customer_id=world.customers["company"].pk, terms=terms, at=at)
    attach = CustomerDraft(phones=["13800001234", "13500005555"])
    find_or_register_customers(actor=visitor(), drafts=[attach], at=at)


def add_alert(world: World) -> None:
    """Somebody of the team who left is still held at the gate."""
    company = world.company
    away = add_person("E10008", ("顿安", "Dun An"), Role.AGENT, company.complaints)
    count_look(actor=acting(away), kind=LookKind.FILE, customer_id=world.stranger.pk, is_decoy=True, at=now())


def add_rights(world: World) -> None:
    """Requests on their way, and a hold on Zhao's twin."""
    lin, wei, at = acting(world.company.lin), acting(world.company.wei), now()
    case = world.cases["received"]
    rights.request_right(actor=lin, ask=rights.Ask(kind="COPY", customer_id=case.customer_id, case_id=case.pk), at=at)
    for is_done in (True, False):
        ask = rights.Ask(kind="COPY", customer_id=world.stranger.pk)
        asked = rights.request_right(actor=lin, ask=ask, at=at)
        rights.verify_by_colleague(actor=lin, request_id=asked.pk, proof="COUNTER", note="看过证件", at=at)
        if is_done:
            rights.fulfil_right(actor=wei, request_id=asked.pk, at=at)
            rights.write_copy(request_id=asked.pk, at=at)
    manager = acting(world.company.qian)
    long_ago = at - timedelta(days=3_000)
    draft = CustomerDraft(name="孙久远", phones=["13700009999"], addresses=["北京市海淀区中关村大街1号"])
    register_customer(actor=Actor.system("tests"), draft=draft, at=long_ago)
    retention.propose_purge(actor=acting(world.company.security_admin), classes=["ADDRESS"], at=at)
    for is_approved in (True, False):
        terms = sharing.AgreementDraft(
            partner="远禾理赔有限公司",
            relation="ENTRUSTED",
            purpose="CLAIMS",
            fields=["NAME", "PHONE"],
            safeguards="用后删除",
            assessed_on=at.date(),
            from_on=at.date(),
            to_on=at.date() + timedelta(days=30),
        )
        agreement = sharing.create_agreement(actor=acting(world.company.qian), draft=terms, at=at)
        if is_approved:
            sharing.approve_agreement(actor=acting(world.company.he), agreement_id=agreement.pk, at=at)
    record = RecordDraft(
        name="投诉处理",
        purpose="查清并答复",
        basis="CONTRACT",
        subjects="寄件人、收件人",
        data_kinds="姓名、电话",
        is_sensitive=False,
        recipients="",
        retention="三年",
        safeguards="加密",
        assessed_on=None,
        assessment="",
    )
    write_record(actor=acting(world.company.security_admin), draft=record, at=at)
    breaches.open_breach(actor=wei, title="文件外传", kind="LEAK", found_at=at, at=at)
    retention.place_hold(actor=manager, customer_id=world.twin.pk, reason="法院调查令", at=at)


def add_parcel(world: World) -> None:
    """Zhao's parcel with one scan, and an incident that nobody has linked anything to."""
    actor, at = Actor.system("tests"), now()
    number = world.cases["received"].waybill
    parcels.register_waybill(actor=actor, draft=parcels.WaybillDraft(number=number), at=at)
    scan = Scan(at, ScanCode.DELIVERING, "杭州西湖营业部")
    parcels.record_scans(actor=actor, number=number, scans=[scan], source="LOCAL", at=at)
    draft = incidents.IncidentDraft(title="台风", kind="WEATHER")
    incidents.open_incident(actor=actor, draft=draft, at=at)


def sign_in(world: World, role: str, staff: Staff) -> None:
    world.sessions[role] = signed_in(staff).session.session_key
    _token, clear = issue_token(actor=Actor.system("tests"), staff_id=staff.pk, name="table", scopes=SCOPES, at=now())
    world.tokens[role] = clear


def customer_session(world: World) -> str:
    """Zhao's browser, in which she has proved that the cases are hers."""
    session = Client().session
    session[PROVED] = {str(case.pk): case.customer_id for case in world.cases.values()}
    session.save()
    return session.session_key
