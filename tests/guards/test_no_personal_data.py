"""No clear phone, name or address of a customer in a dump of the database, in the logs, or in files on disk."""

import json
from base64 import b64encode

import pytest
from django.db import connection

from bihuan.crypto import files
from bihuan.customers import actions, queries
from bihuan.customers.tests.factories import AT, CASE_ID, LIN, PORTAL
from tests.guards.leaks import forms_of, leaks_in_database, leaks_in_folder, leaks_in_text, recorded_logs

NAME, PHONE, EMAIL = "赵晓云", "13800001234", "zhao.xiaoyun@example.com"
ADDRESS = "北京市海淀区中关村大街1号2单元301室"
CLEAR = (NAME, PHONE, EMAIL, ADDRESS, "11010519491231002X", "2单元301室")
WORDS = f"我是{NAME}，电话138-0000-1234，身份证11010519491231002X，{EMAIL}，请送到{ADDRESS}"


def _live_through_the_vault() -> None:
    """A customer is registered, writes, is found, looked at and renamed."""
    customer = actions.find_or_register_customer(
        actor=PORTAL, name=NAME, phone=PHONE, email=EMAIL, address=ADDRESS, at=AT
    )
    assert customer is not None
    text = actions.lift_personal_data(actor=PORTAL, customer_id=customer.pk, text=WORDS, at=AT)
    assert not leaks_in_text(text, CLEAR, "lifted text")
    assert not leaks_in_text(queries.render_masked(text), CLEAR, "masked text")
    assert queries.find_by_phone(LIN, PHONE, at=AT) == customer
    for field in queries.card(LIN, customer.pk).fields:
        actions.reveal_field(
            actor=LIN, customer_id=customer.pk, field=field.field, purpose="CONTACT", case_id=CASE_ID, at=AT
        )
    actions.reveal_text(actor=LIN, customer_id=customer.pk, text=text, purpose="CLAIM", case_id=CASE_ID, at=AT)
    actions.rename_customer(actor=LIN, customer_id=customer.pk, name=NAME, at=AT)


@pytest.mark.django_db
@pytest.mark.feature("2.4")
def test_the_vault_leaves_nothing_clear_in_tables_and_logs():
    with recorded_logs() as logs:
        _live_through_the_vault()
    assert "INSERT INTO" in logs.getvalue()
    assert leaks_in_text(logs.getvalue(), CLEAR, "log") == []
    assert leaks_in_database(CLEAR) == []


def test_sealed_files_show_nothing(tmp_path):
    (tmp_path / "a").write_bytes(files.seal(WORDS.encode()))
    assert leaks_in_folder(tmp_path, CLEAR) == []
    (tmp_path / "b").write_text(WORDS)
    assert {leak.value for leak in leaks_in_folder(tmp_path, CLEAR)} >= {NAME, PHONE, ADDRESS}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "stored"),
    [
        ("text", WORDS),
        ("text", json.dumps({"who": NAME, "phone": PHONE})),
        ("jsonb", json.dumps({"who": NAME, "phone": PHONE}, ensure_ascii=False)),
        ("bytea", WORDS.encode()),
        ("text", b64encode(WORDS.encode()).decode()),
        ("text", repr(WORDS.encode())),
    ],
)
def test_the_search_finds_what_does_lie_open(column, stored):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE open_letter (content {column})")
        cursor.execute("INSERT INTO open_letter VALUES (%s)", [stored])
    assert {leak.place for leak in leaks_in_database([NAME, PHONE])} == {"table public.open_letter"}


@pytest.mark.parametrize("value", ["杨家豪", "王芳", PHONE])
@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz"])
def test_a_value_is_found_in_base64_wherever_it_stands(value, before):
    written = b64encode(before + value.encode() + b"tail").decode()
    assert leaks_in_text(written, [value], "letter")
    assert min(map(len, forms_of(value))) >= min(len(value), 7)
