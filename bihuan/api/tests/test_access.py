"""Tokens, uploads, customers and problems: who gets in, how far, and what a refusal looks like."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from bihuan.api.actions import ScopeUnknown, issue_token, revoke_token
from bihuan.api.models import ApiToken
from bihuan.api.tests.caller import KEEPER, LOST, ROOT, Caller
from bihuan.cases.models import Case
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.moment import now
from tests.people import Company, acting, signed_in

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer bhn_nonsense"}, {"Authorization": "Basic bGluOng="}, {"Authorization": "Bearer "}],
)
def test_without_a_valid_token_nothing_is_told(company: Company, headers: dict[str, str]) -> None:
    refused = Client().get(f"{ROOT}/cases", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")


def test_a_session_in_a_browser_opens_no_api(company: Company) -> None:
    browser = Client()
    browser.force_login(company.lin, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get(f"{ROOT}/cases").status_code == 401


@pytest.mark.feature("15.1")
def test_a_token_does_only_what_it_was_issued_for(company: Company) -> None:
    reader = Caller(company.lin, scopes=["case.view"])
    before = Case.objects.count()
    refused = reader.post("/cases", LOST)
    assert (refused.status_code, refused.json()["code"], Case.objects.count()) == (403, "not_allowed", before)
    number = Caller(company.lin).open_case()
    assert reader.get(f"/cases/{number}").status_code == 200
    assert reader.post(f"/cases/{number}/claim").status_code == 403
    assert reader.get("/customers", phone="13800001234").status_code == 403
    assert reader.upload(SimpleUploadedFile("a.png", PNG)).status_code == 403 and not StoredFile.objects.exists()


def test_a_token_never_does_more_than_its_person(company: Company) -> None:
    inspector = Caller(company.inspector)
    assert inspector.post("/cases", LOST).status_code == 403


@pytest.mark.feature("15.1")
def test_an_expired_a_revoked_and_an_orphaned_token_are_refused(company: Company) -> None:
    expired, revoked, left = (
        Caller(company.lin, lifetime=timedelta(seconds=-1)),
        Caller(company.lin),
        Caller(company.zhou),
    )
    assert revoked.get("/cases").status_code == left.get("/cases").status_code == 200
    revoke_token(actor=acting(company.system_admin), token_id=revoked.token.pk, at=now())
    company.zhou.is_active = False
    company.zhou.save()
    assert [caller.get("/cases").status_code for caller in (expired, revoked, left)] == [401, 401, 401]


def test_a_token_is_kept_as_a_digest_only(company: Company) -> None:
    caller = Caller(company.lin)
    stored = ApiToken.objects.values().get(pk=caller.token.pk)
    assert caller.clear not in str(stored) and caller.clear.startswith(stored["prefix"])


def test_only_the_system_administrator_issues_and_revokes(company: Company) -> None:
    token = Caller(company.lin).token
    for staff, refusal in ((company.lin, NotAllowed), (company.he, NotAllowed), (company.security_admin, NotAllowed)):
        with pytest.raises((refusal, NotVisible)):
            issue_token(actor=acting(staff), staff_id=company.lin.pk, name="x", scopes=["case.view"], at=now())
        with pytest.raises((refusal, NotVisible)):
            revoke_token(actor=acting(staff), token_id=token.pk, at=now())
    assert ApiToken.objects.count() == 1 and ApiToken.objects.get().revoked_at is None


def test_an_unknown_scope_is_refused(company: Company) -> None:
    with pytest.raises(ScopeUnknown):
        issue_token(actor=KEEPER, staff_id=company.lin.pk, name="x", scopes=["case.everything"], at=now())


def test_the_command_line_issues_lists_and_revokes(company: Company) -> None:
    def run(*words: str) -> str:
        said = StringIO()
        call_command("token", *words, stdout=said)
        return said.getvalue()

    clear = run("issue", "e10001", "--name", "ERP", "--scope", "case.view", "--days", "30").strip()
    assert Client().get(f"{ROOT}/cases", headers={"Authorization": f"Bearer {clear}"}).status_code == 200
    token = ApiToken.objects.get()
    assert (token.scopes, (token.expires_at - token.issued_at).days) == (["case.view"], 30)
    listed = run("list")
    assert "ERP" in listed and "E10001" in listed and clear not in listed
    run("revoke", str(token.pk))
    assert Client().get(f"{ROOT}/cases", headers={"Authorization": f"Bearer {clear}"}).status_code == 401


@pytest.mark.feature("15.1")
def test_an_uploaded_file_belongs_to_the_case_that_names_it(lin: Caller) -> None:
    stored = lin.upload(SimpleUploadedFile("破损.png", PNG, content_type="image/png"))
    assert stored.status_code == 201 and stored.json()["content_type"] == "image/png"
    number = lin.open_case(attachments=[stored.json()["token"]])
    (attachment,) = Case.objects.get(number=number).conversation.messages.get().attachments.all()
    assert attachment.file.sha256 == stored.json()["sha256"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.png", b"", "file_empty"),
        ("a.exe", b"MZ\x90\x00" + b"\x00" * 64, "file_type_refused"),
        ("a.png", b"%PDF-1.7\n" + b"\x00" * 64, "file_type_mismatch"),
    ],
)
def test_a_file_that_is_refused_is_not_kept(lin: Caller, name: str, content: bytes, code: str) -> None:
    refused = lin.upload(SimpleUploadedFile(name, content))
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert not StoredFile.objects.exists()


def test_a_customer_is_found_by_phone_and_shown_masked(lin: Caller, company: Company) -> None:
    lin.open_case()
    found = lin.get("/customers", phone="138-0000-1234")
    assert found.status_code == 200
    assert "13800001234" not in found.content.decode() and "赵敏娟" not in found.content.decode()
    unknown = lin.get("/customers", phone="13700000000")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert Caller(company.inspector).get("/customers", phone="13800001234").status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("post", "/cases", "{", 400, "bad_request"),
        ("post", "/cases", "[]", 422, "invalid"),
        ("get", "/cases?limit=0", "", 422, "invalid"),
        ("get", "/cases?priority=99999999999999999999", "", 422, "invalid"),
        ("get", "/cases?waybill=%00", "", 422, "invalid"),
        ("get", "/cases/TS%00", "", 404, "not_found"),
        ("get", "/cases/search?text=%00", "", 422, "invalid"),
        ("get", "/customers?phone=x", "", 422, "invalid"),
        ("post", "/handoffs/0/accept", "", 422, "invalid"),
        ("post", f"/handoffs/{2**63}/accept", "", 422, "invalid"),
        ("post", f"/handoffs/{2**62}/accept", "", 404, "not_found"),
        ("get", "/nowhere", "", 404, None),
    ],
)
def test_every_refusal_is_a_problem_with_a_stable_code(
    lin: Caller, method: str, path: str, body: str, status: int, code: str | None
) -> None:
    refused = Client().generic(method.upper(), ROOT + path, body, content_type="application/json", headers=lin.headers)
    assert refused.status_code == status
    if code is not None:
        assert refused.json().keys() == {"code", "message", "field", "rule", "next_step"}
        assert (refused.json()["code"], bool(refused.json()["message"])) == (code, True)


def test_a_refusal_speaks_the_language_that_was_asked_for(lin: Caller) -> None:
    in_english = Client().get(f"{ROOT}/cases/TS-1", headers=lin.headers | {"Accept-Language": "en"})
    assert in_english.json()["message"].isascii() and not lin.get("/cases/TS-1").json()["message"].isascii()


@pytest.mark.parametrize("path", ["/cases/%00", "/cases?category=%00", "/search?q=%00", "/service/follow?number=%00"])
def test_a_page_refuses_what_no_keyboard_writes(company: Company, path: str) -> None:
    assert signed_in(company.lin).get(path).status_code == 400
