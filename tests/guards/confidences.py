"""Zhao tells us everything about herself, through every door and on every step of the way; staff write it down again.

Her words are spoken into the company of the permission table, so whatever shows a case, a customer or a message to
anybody shows hers.
"""

import json
import tempfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from bihuan.cases import actions
from bihuan.cases.models import Case
from bihuan.cases.queries import CASE_EXPORT
from bihuan.exports.actions import start_export
from bihuan.exports.models import ExportFormat, ExportJob
from bihuan.exports.running import run as run_export
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.intake.actions import receive_mail
from bihuan.journal.actions import run_consumers_once
from tests.guards.world import World, build_world, customer_session, finished_export
from tests.people import acting

NAME, PHONE, EMAIL, ID_NUMBER = "赵敏娟", "13800001234", "zhao.minjuan@example.com", "11010519491231002X"
ROOM = "文三路18号2单元301室"
ADDRESS = f"浙江省杭州市西湖区{ROOM}"
CLEAR = (NAME, PHONE, EMAIL, ID_NUMBER, ADDRESS, ROOM, "2单元301室")
CONFIDENCE = f"我是{NAME}，电话138-0000-1234，身份证{ID_NUMBER}，邮箱{EMAIL}，镜头请送到{ADDRESS}"
TOLD = {
    "matter": f"镜头没有到。{CONFIDENCE}，或者打 138 0000 1234。",
    "title": f"{NAME}（{PHONE}）的镜头",
    "expected": f"退款后打电话给{NAME}：{PHONE}",
    "happened_when": f"昨天下午，{PHONE} 接的电话",
    "happened_where": ADDRESS,
    "involved": f"派件员和{NAME}，{EMAIL}",
    "customer_name": NAME,
    "customer_phone": PHONE,
    "customer_email": EMAIL,
}
FILE_NAME = f"{NAME}-{PHONE}.txt"


def build_confident_world() -> World:
    """The world of the permission table, full of Zhao's confidences. Call inside a transaction that is rolled back."""
    world = build_world(TOLD)
    for name, tell in DOORS.items():
        world.cases[name] = opened_by(lambda tell=tell: tell(world))
    for name in AROUND:
        go_around(world, name)
    world.sessions["customer"] = customer_session(world)
    world.export = finished_export(world.company.wei)
    return world


def opened_by(tell: Callable[[], None]) -> Case:
    """The one case that comes of something told."""
    before = set(Case.objects.values_list("pk", flat=True))
    tell()
    run_consumers_once()
    return Case.objects.exclude(pk__in=before).get()


def write_on_the_portal(world: World) -> None:
    """The public form, with a file that bears her name."""
    names = ("matter", "expected", "happened_when", "customer_name", "customer_phone", "customer_email")
    form = {name: TOLD[name] for name in names} | {"category": "LOSS", "region": "浙江", "outcomes": ["find"]}
    answer = Client().post(reverse("portal_new", args=["complaint"]), form | {"files": a_file()})
    assert answer.status_code == 302, answer.content.decode()


def write_a_mail(world: World) -> None:
    """A mail with her name in its sender, subject, text, signature and attachment."""
    mail = EmailMessage()
    mail["From"] = f'"{NAME}" <{EMAIL}>'
    mail["To"] = "service@bihuan.example"
    mail["Subject"] = f"{TOLD['title']}丢了"
    mail["Message-ID"] = f"<{PHONE}@mail.example.com>"
    mail.set_content(f"{TOLD['matter']}\n\n-- \n{NAME}\n{PHONE}\n{ADDRESS}\n")
    mail.add_attachment(CONFIDENCE.encode(), maintype="text", subtype="plain", filename=FILE_NAME)
    receive_mail(actor=Actor.system("mail"), raw=mail.as_bytes(), at=now())


def call_the_api(world: World) -> None:
    """A shop's program passes her words on, with a file it has uploaded."""
    headers = {"Authorization": f"Bearer {world.tokens['agent']}"}
    token = Client().post("/api/v1/attachments", {"file": a_file()}, headers=headers).json()["token"]
    case = {**TOLD, "kind": "COMPLAINT", "category": "LOSS", "region": "浙江", "attachments": [token]}
    headers["Idempotency-Key"] = PHONE
    answer = Client().post("/api/v1/cases", json.dumps(case), content_type="application/json", headers=headers)
    assert answer.status_code == 201, answer.content.decode()


def collect_feedback(world: World) -> None:
    """A list of another system, read from a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feedback.csv"
        path.write_text(f"id,who,phone,mail,words\n{PHONE},{NAME},{PHONE},{EMAIL},{TOLD['matter']}\n", encoding="utf-8")
        columns = "id=id,name=who,phone=phone,email=mail,text=words"
        call_command("import", "feedback", str(path), "--source", "hotline", "--map", columns, "--kind", "COMPLAINT")


def go_around(world: World, name: str) -> None:
    """The loop of one case; everybody writes down what she said."""
    company, case = world.company, world.cases[name]
    lin, zhou, xu = acting(company.lin), acting(company.zhou), acting(company.xu)
    if case.state == "RECEIVED":
        actions.confirm_case(actor=lin, case_id=case.pk, message=f"{CONFIDENCE}，已受理。", at=now())
    actions.add_note(actor=lin, case_id=case.pk, text=CONFIDENCE, at=now())
    actions.save_draft(actor=lin, case_id=case.pk, box="answer", body=CONFIDENCE, at=now())
    handoff = actions.hand_over_case(
        actor=lin, case_id=case.pk, department_id=company.operations.pk, request=CONFIDENCE, at=now()
    )
    world.handoffs[name] = handoff
    actions.return_handoff(actor=xu, handoff_id=handoff.pk, reason="TOO_LITTLE", note=CONFIDENCE[:80], at=now())
    handoff = actions.hand_over_case(
        actor=lin, case_id=case.pk, department_id=company.operations.pk, request=CONFIDENCE, at=now()
    )
    actions.accept_handoff(actor=xu, handoff_id=handoff.pk, at=now())
    actions.add_handoff_evidence(
        actor=xu, handoff_id=handoff.pk, item=f"{NAME}的签收单", file=None, statement=CONFIDENCE, at=now()
    )
    findings = actions.Findings(
        findings=CONFIDENCE, solution=CONFIDENCE, cause="PROCESS", cause_stage="LINEHAUL", cause_station="汉阳营业部"
    )
    actions.answer_handoff(actor=xu, handoff_id=handoff.pk, findings=findings, at=now())
    actions.answer_case(actor=lin, case_id=case.pk, message=CONFIDENCE, at=now())
    actions.record_callback(actor=zhou, case_id=case.pk, result="SATISFIED", note=CONFIDENCE, at=now())
    actions.close_case(actor=lin, case_id=case.pk, at=now())


def exports_of(world: World) -> list[ExportJob]:
    """Lists as files in both formats, in the name of whoever may take them out and sees Zhao's cases."""
    jobs = []
    for staff in (world.company.inspector, world.company.audit_admin):
        for kind in ExportFormat.values:
            job = start_export(actor=acting(staff), exporter=CASE_EXPORT, filters={}, format=kind, at=now())
            run_export(job.pk)
            jobs.append(job)
    return jobs


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile(FILE_NAME, CONFIDENCE.encode(), content_type="text/plain")


DOORS: dict[str, Callable[[World], None]] = {
    "portal": write_on_the_portal,
    "mail": write_a_mail,
    "api": call_the_api,
    "feedback": collect_feedback,
}
AROUND = ("confirmed", "portal", "mail")
