"""Feedback by the thousand: whole, once, resumable, and with a reason for every row that stays out."""

import csv
import io
import random
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bihuan.customers.models import Customer
from bihuan.foundation.errors import NotAllowed
from bihuan.intake import importing
from bihuan.intake.actions import FeedbackBatch, ImportMoved, finish_import, import_batch, open_import
from bihuan.intake.feedback_rows import FeedbackRow
from bihuan.intake.models import Channel, Conversation, ImportRun, Message
from bihuan.intake.tests.factories import AT, LIN, POSTMAN
from bihuan.journal.models import StoredEntry

pytestmark = pytest.mark.django_db

REVIEWS = Path(__file__).resolve().parents[4] / "shared" / "data" / "delivery_reviews.csv"
REVIEW_ROWS = 11_987
SPOKEN = "快递员,态度,很好,送餐慢,包装,破损,谢谢,一般,没有,联系,😀,超时,“引号”,再,也不,用了,骑手"
WORDS = [*SPOKEN.split(","), "a,b"]


def run(path: Path, *options: str) -> str:
    """What the command says."""
    said = io.StringIO()
    given = ("--map", "text=review,label=label", "--kind-by", "label:0=COMPLAINT,1=CONSULTATION")
    call_command("import", "feedback", str(path), "--source", "reviews", *given, *options, stdout=said)
    return said.getvalue()


def odd_reviews(folder: Path, count: int, *, encoding: str = "utf-8", line_end: str = "\n") -> Path:
    """A file as real ones are: repeated rows, one-word rows, emoji, quotes, line breaks, and 12 rows that are wrong."""
    chance = random.Random(7)
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator=line_end)
    writer.writerow(["label", "review"])
    for number in range(count - 12):
        text = "好" if number % 10 == 0 else "".join(chance.choices(WORDS, k=chance.randrange(1, 30)))
        writer.writerow([number % 2, text + (line_end + "第二行" if number % 50 == 1 else "")])
    writer.writerows([["1", "  "]] * 5 + [["9", "未知"]] * 4 + [["1"]] * 3)
    path = folder / "reviews.csv"
    path.write_bytes(table.getvalue().encode(encoding))
    return path


def stored() -> int:
    return Message.objects.filter(conversation__channel=Channel.IMPORT).count()


@pytest.mark.parametrize(("encoding", "line_end"), [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("gb18030", "\r")])
def test_a_file_is_imported_whole_and_once(tmp_path, encoding, line_end):
    path = odd_reviews(tmp_path, 1300, encoding=encoding, line_end=line_end)
    said = run(path)
    assert "1,288" in said and "EMPTY_TEXT" in said and "UNKNOWN_KIND" in said and "WRONG_COLUMNS" in said
    assert stored() == 1288
    assert "1,288" in run(path) and stored() == 1288
    runs = list(ImportRun.objects.order_by("id").values_list("stored", "duplicates", "refused"))
    assert runs == [(1288, 0, 12), (0, 1288, 12)]


@pytest.mark.feature("15.5")
def test_bad_rows_come_back_with_reasons(tmp_path):
    path = odd_reviews(tmp_path, 40)
    run(path)
    errors = tmp_path / "reviews.errors.csv"
    with errors.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12 and {row["code"] for row in rows} == {"EMPTY_TEXT", "UNKNOWN_KIND", "WRONG_COLUMNS"}
    assert rows[0]["row"] == "29" and rows[0]["reason"] and rows[5]["review"] == "未知"
    assert errors.stat().st_mode & 0o077 == 0


def test_a_row_becomes_a_message_with_hints(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("label,review\n0,送餐慢，电话 13800001234\n", encoding="utf-8")
    run(path)
    message = Message.objects.select_related("conversation").get()
    assert message.conversation.channel == Channel.IMPORT and "13800001234" not in message.body
    entry = StoredEntry.objects.get(code="message.received")
    assert entry.payload["hints"] == {"source": "reviews", "kind": "COMPLAINT", "label": "0"}
    assert entry.payload["opens"] and entry.payload["message_id"] == message.pk
    batch = StoredEntry.objects.get(code="feedback.imported")
    assert (batch.payload["stored"], batch.payload["position"]) == (1, 1)


def test_the_column_may_stand_before_each_value(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("label,review\n0,送餐慢\n1,谢谢\n", encoding="utf-8")
    run(path, "--kind-by", "label:0=COMPLAINT,label:1=SUGGESTION")
    entries = StoredEntry.objects.filter(code="message.received").order_by("id")
    assert [entry.payload["hints"]["kind"] for entry in entries] == ["COMPLAINT", "SUGGESTION"]


def test_a_dry_run_tells_and_stores_nothing(tmp_path):
    path = odd_reviews(tmp_path, 700)
    assert "would store" in run(path, "--dry-run")
    assert not ImportRun.objects.exists() and stored() == 0
    run(path)
    assert "would store        0" in run(path, "--dry-run")


def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path, monkeypatch):
    path = odd_reviews(tmp_path, 1700)
    batches = []

    def interrupted(**options):
        batches.append(options["batch"].position)
        if len(batches) == 3:
            raise KeyboardInterrupt
        return import_batch(**options)

    monkeypatch.setattr(importing, "import_batch", interrupted)
    with pytest.raises(CommandError) as caught:
        run(path)
    assert caught.value.returncode == 130 and stored() == 1000
    assert ImportRun.objects.get().position == 1000

    said = run(path)
    assert "went on after row 1,000" in said and batches[3:] == [1500, 1700]
    assert stored() == 1688
    assert ImportRun.objects.get().refused == 12


def test_names_and_phones_go_into_the_vault(tmp_path):
    path = tmp_path / "a.csv"
    rows = ["赵敏,13800001234,送得慢", "赵敏,13800001234,又慢了", "王芳,13900005678,我是王芳，住在附近", ",,匿名的话"]
    path.write_text("姓名,电话,评价\n" + "\n".join(rows) + "\n", encoding="gb18030")
    call_command(
        "import", "feedback", str(path), "--source", "calls", "--map", "text=评价,name=姓名,phone=电话",
        "--kind", "COMPLAINT", stdout=io.StringIO(),
    )  # fmt: skip
    assert Customer.objects.count() == 2
    owners = list(Conversation.objects.order_by("id").values_list("customer_id", flat=True))
    assert owners[0] == owners[1] != owners[2] and owners[3] is None
    assert "王芳" not in Message.objects.order_by("id")[2].body


def test_rows_known_by_their_id_are_stored_once_whatever_else_changes(tmp_path):
    path = tmp_path / "a.csv"
    options = ("--source", "shop", "--map", "text=t,id=no", "--kind", "SUGGESTION")
    for content in ("no,t\nA,好\nB,快\n", "no,t\nB,快快\nA,好\nC,新\n"):
        path.write_text(content, encoding="utf-8")
        call_command("import", "feedback", str(path), *options, stdout=io.StringIO())
    assert stored() == 3


def test_an_id_that_stands_twice_in_a_batch_is_stored_once(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("no,t\nA,好\nA,好\n", encoding="utf-8")
    said = io.StringIO()
    call_command(
        "import", "feedback", str(path), "--source", "s", "--map", "text=t,id=no", "--kind", "SUGGESTION", stdout=said
    )
    assert stored() == 1 and ImportRun.objects.get().duplicates == 1


def test_two_processes_do_not_import_one_file_at_once():
    opened = open_import(actor=POSTMAN, source="s", file_name="a.csv", file_sha256="0" * 64, at=AT)
    row = FeedbackRow(number=1, identity="x", text="好")
    batch = FeedbackBatch(after=0, position=1, rows=[row], refused=0)
    import_batch(actor=POSTMAN, run_id=opened.pk, batch=batch, at=AT)
    with pytest.raises(ImportMoved):
        import_batch(actor=POSTMAN, run_id=opened.pk, batch=batch, at=AT)
    assert stored() == 1
    assert finish_import(actor=POSTMAN, run_id=opened.pk, at=AT).finished_at == AT


def test_agents_do_not_import():
    with pytest.raises(NotAllowed):
        open_import(actor=LIN, source="s", file_name="a.csv", file_sha256="0" * 64, at=AT)


@pytest.mark.parametrize(
    "options",
    [
        ("nowhere.csv", "--map", "text=review"),
        ("a.csv", "--map", "text=missing"),
        ("a.csv", "--map", "age=review"),
    ],
)
def test_a_wrong_order_is_refused_in_words(tmp_path, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("review\n好\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"\w"):
        call_command("import", "feedback", *options, "--source", "s", stdout=io.StringIO())
    assert not ImportRun.objects.filter(stored__gt=0).exists()


@pytest.mark.skipif(not REVIEWS.exists(), reason="the real reviews are not part of the product")
def test_the_real_reviews_import_whole_and_a_second_time_not_at_all(tmp_path):
    errors = ("--errors", str(tmp_path / "errors.csv"))
    run(REVIEWS, *errors)
    assert stored() == REVIEW_ROWS
    run(REVIEWS, *errors)
    assert stored() == REVIEW_ROWS and not (tmp_path / "errors.csv").exists()
