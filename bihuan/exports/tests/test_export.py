"""Exports from the request to the file."""

import csv
import dataclasses
import io
import logging
from datetime import timedelta

import openpyxl
import pytest
from asgiref.sync import async_to_sync
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection
from django.test import RequestFactory
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.crypto.failures import Undecipherable
from bihuan.exports import registry, running
from bihuan.exports.actions import cancel_export, remove_old_exports, start_export
from bihuan.exports.links import export_link, open_export
from bihuan.exports.models import ExportJob, ExportState
from bihuan.exports.queries import get_export, list_exports
from bihuan.exports.refusals import ExportBeyondRights, ExportGone, ExportNotReady, TooManyExports, UnknownColumn
from bihuan.exports.sealed_file import path_of, read_pieces
from bihuan.exports.sheets import Workbook
from bihuan.exports.tests.factories import LIN, NOON, WEI, Office, open_shelves
from bihuan.exports.views import send_export
from bihuan.foundation.actor import Grant
from bihuan.foundation.errors import Invalid, NotAllowed, NotVisible

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(monkeypatch, tmp_path, settings, caplog) -> Office:
    settings.FILES_DIR = tmp_path / "files"
    settings.ROOT_URLCONF = "bihuan.exports.tests.addresses"
    monkeypatch.setattr(running, "now", lambda: NOON)
    caplog.set_level(logging.CRITICAL, "bihuan.foundation")
    office = Office()
    monkeypatch.setattr(registry, "_exporters", {"models": office.exporter()})
    return office


def ask(actor=WEI, **wishes) -> ExportJob:
    return start_export(actor=actor, exporter="models", at=NOON, **{"filters": {"app": "shelves"}} | wishes)


def finished(job: ExportJob) -> ExportJob:
    running.run(job.pk)
    job.refresh_from_db()
    return job


def content(job: ExportJob) -> str:
    return b"".join(read_pieces(job.token)).decode()


def rows(job: ExportJob) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(job).removeprefix("\ufeff"))))


def test_an_export_waits_as_a_job_and_ends_as_a_file_for_excel(office):
    open_shelves(25)
    job = ask()
    assert (job.state, ProcrastinateJob.objects.get().args) == (ExportState.QUEUED, {"export_id": job.pk})
    job = finished(job)
    assert (job.state, job.done, job.total, job.percent) == (ExportState.DONE, 25, 25, 100)
    assert content(job).startswith("\ufeff应用,模型,编号\r\n")
    assert [row[1] for row in rows(job)[1:]] == [f"shelf{n:03}" for n in range(25)]
    assert job.size == len(content(job).encode())


def test_chosen_columns_come_in_the_chosen_order(office):
    open_shelves(1)
    job = finished(ask(columns=["model", "app"]))
    assert rows(job) == [["模型", "应用"], ["shelf000", "shelves"]]


def test_asking_and_ending_are_recorded_with_the_name_of_who_asked(office):
    open_shelves(3)
    finished(ask())
    assert office.recorded == [("魏岚", "QUEUED", 0), ("魏岚", "DONE", 3)]


def test_who_may_not_export_is_refused_at_once(office):
    with pytest.raises(NotAllowed):
        ask(LIN)
    assert ExportJob.objects.count() == 0 and ProcrastinateJob.objects.count() == 0


def test_an_unknown_column_and_an_unknown_exporter_are_refused(office):
    with pytest.raises(UnknownColumn):
        ask(columns=["model", "phone"])
    with pytest.raises(Invalid):
        start_export(actor=WEI, exporter="phones", filters={}, at=NOON)


def test_a_third_export_at_once_is_refused(office):
    ask()
    ask()
    with pytest.raises(TooManyExports):
        ask()


def test_rights_lost_while_the_export_runs_end_it(office):
    open_shelves(30)
    job = ask()
    office.before_batch[3] = lambda: office.people.update({WEI.id: LIN})
    finished(job)
    job.refresh_from_db()
    assert job.state == ExportState.FAILED and job.failure.startswith("NotAllowed not_allowed at")
    assert not path_of(job.token).exists()


def test_somebody_who_left_gets_no_file(office):
    open_shelves(5)
    job = ask()
    office.people[WEI.id] = type(WEI)(kind=WEI.kind, id=WEI.id, name=WEI.name)
    assert finished(job).state == ExportState.FAILED


def test_a_cancelled_export_stops_before_its_next_batch(office):
    open_shelves(50)
    job = ask()
    office.before_batch[4] = lambda: cancel_export(actor=WEI, export_id=job.pk, at=NOON)
    job = finished(job)
    assert (job.state, job.done) == (ExportState.CANCELLED, 20)
    assert not path_of(job.token).exists()
    running.run(job.pk)
    assert not path_of(job.token).exists()


def test_an_export_that_was_killed_half_way_starts_again_from_the_beginning(office):
    open_shelves(15)
    job = ask()
    ExportJob.objects.filter(pk=job.pk).update(state=ExportState.RUNNING, done=10)
    assert len(rows(finished(job))) == 16 and job.done == 15


def test_a_failure_is_kept_without_its_words(office):
    open_shelves(5)
    job = ask()

    def stumble():
        raise ValueError("赵敏 13800138000")

    office.before_batch[2] = stumble
    job = finished(job)
    assert job.state == ExportState.FAILED and job.failure.startswith("ValueError at test_export.py:")
    assert "赵敏" not in job.failure


def test_an_export_that_loses_the_database_is_not_given_up_but_begun_again(office):
    open_shelves(15)
    job = ask()

    def lose_the_database():
        raise OperationalError("the server closed the connection")

    office.before_batch[3] = lose_the_database
    with pytest.raises(OperationalError):
        running.run(job.pk)
    job.refresh_from_db()
    assert job.state == ExportState.RUNNING and not path_of(job.token).exists()
    assert len(rows(finished(job))) == 16 and job.state == ExportState.DONE


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "\tx"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless(office, text):
    ContentType.objects.create(app_label="shelves", model=text)
    assert rows(finished(ask(columns=["model"])))[1] == [f"'{text}"]


def test_headings_and_filters_do_not_lie_in_clear_on_disk_or_in_the_database(office):
    open_shelves(1)
    job = finished(ask(filters={"app": "shelves", "words": "赵敏"}))
    assert "应用".encode() not in path_of(job.token).read_bytes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT filters FROM exports_exportjob")
        assert "赵敏".encode() not in bytes(cursor.fetchone()[0])


DAMAGES = [lambda b: b[:-60], lambda b: b[: len(b) // 2], lambda b: b[:-1] + bytes([b[-1] ^ 1])]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_does_not_open_as_if_it_were_whole(office, damage):
    open_shelves(25)
    job = finished(ask())
    path_of(job.token).write_bytes(damage(path_of(job.token).read_bytes()))
    with pytest.raises(Undecipherable):
        content(job)


def test_the_file_of_another_export_does_not_open_in_its_place(office):
    open_shelves(3)
    one, other = finished(ask()), finished(ask())
    path_of(other.token).replace(path_of(one.token))
    with pytest.raises(Undecipherable):
        content(one)


def test_exports_are_seen_by_their_owner_only(office):
    job = ask()
    assert list_exports(WEI) == [job] and list_exports(LIN) == []
    assert get_export(WEI, job.pk) == job
    for refused in (
        lambda: get_export(LIN, job.pk),
        lambda: cancel_export(actor=LIN, export_id=job.pk, at=NOON),
        lambda: export_link(job, LIN),
    ):
        with pytest.raises(NotVisible):
            refused()
    assert ExportJob.objects.get().state == ExportState.QUEUED


def ticket_of(job: ExportJob) -> str:
    return export_link(job, WEI).rpartition("/")[2]


def test_a_link_opens_for_its_owner_while_the_file_is_there(office):
    job = ask()
    with pytest.raises(ExportNotReady):
        open_export(ticket_of(job), WEI, NOON)
    finished(job)
    assert open_export(ticket_of(job), WEI, NOON) == job
    for stranger in (LIN, None):
        with pytest.raises(NotVisible):
            open_export(ticket_of(job), stranger, NOON)
    with pytest.raises(NotVisible):
        open_export(ticket_of(job)[:-1] + "-", WEI, NOON)
    with pytest.raises(ExportGone):
        open_export(ticket_of(job), WEI, NOON + timedelta(hours=25))


def test_the_file_is_sent_in_pieces_as_a_download(office, monkeypatch):
    monkeypatch.setattr("bihuan.exports.views.now", lambda: NOON)
    open_shelves(25)
    request = RequestFactory().get("/")
    request.actor = WEI
    response = send_export(request, ticket_of(finished(ask())))

    async def receive() -> list[bytes]:
        return [piece async for piece in response]

    pieces = async_to_sync(receive)()
    assert len(pieces) == 4 and b"".join(pieces).decode().count("\r\n") == 26
    assert response["Content-Disposition"] == 'attachment; filename="models-20261123-1200.csv"'


def test_expired_files_are_swept_and_fresh_ones_stay(office):
    open_shelves(1)
    old, fresh = finished(ask()), finished(ask())
    ExportJob.objects.filter(pk=old.pk).update(expires_at=NOON)
    path_of("leftover").write_bytes(b"")
    assert remove_old_exports(at=NOON) == 2
    assert not path_of(old.token).exists() and path_of(fresh.token).exists()
    old.refresh_from_db()
    assert old.state == ExportState.EXPIRED


def test_progress_tells_rate_and_what_remains():
    job = ExportJob(state=ExportState.RUNNING, done=300, total=1000, started_at=NOON)
    later = NOON + timedelta(seconds=3)
    assert (job.percent, job.rows_per_second(later), job.remaining_seconds(later)) == (30, 100.0, 7)
    unstarted = ExportJob(state=ExportState.QUEUED)
    assert (unstarted.percent, unstarted.rows_per_second(later), unstarted.remaining_seconds(later)) == (0, 0.0, None)


def test_two_exporters_of_one_name_are_refused(office):
    with pytest.raises(ValueError, match="models"):
        registry.register(office.exporter())


def test_the_file_is_not_handed_out_beyond_the_rights_of_today(office):
    open_shelves(3)
    job = finished(ask())
    assert job.units == [4]
    for grants, refusal in (((Grant("SUPERVISOR", frozenset({5})),), ExportBeyondRights), ((), NotAllowed)):
        with pytest.raises(refusal):
            open_export(ticket_of(job), dataclasses.replace(WEI, grants=grants), NOON)
    wider = dataclasses.replace(WEI, grants=(Grant("SUPERVISOR", frozenset({4, 5})),))
    assert open_export(ticket_of(job), wider, NOON) == job


def test_handing_the_file_out_is_recorded(office):
    open_shelves(3)
    job = finished(ask())
    open_export(ticket_of(job), WEI, NOON)
    assert office.recorded[-1] == ("魏岚", "FETCHED", 3)


def test_a_workbook_opens_with_its_values_typed(office):
    ContentType.objects.create(app_label="shelves", model="=1+1 <&>\x01")
    job = finished(ask(format="XLSX"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(read_pieces(job.token))))
    (heading, row) = book.active.iter_rows(values_only=True)
    assert heading == ("应用", "模型", "编号") and row[:2] == ("shelves", "=1+1 <&>") and isinstance(row[2], int)
    assert book.active["B2"].data_type == "s"


def test_a_full_sheet_goes_on_in_the_next_one_and_moments_are_moments():
    sheet = Workbook(sheet_rows=3)
    written = sheet.head(["时间"]) + sheet.rows([[NOON + timedelta(days=day)] for day in range(4)]) + sheet.end()
    book = openpyxl.load_workbook(io.BytesIO(written))
    cells = [[cell.value for (cell,) in page.iter_rows()] for page in book]
    noon = timezone.localtime(NOON).replace(tzinfo=None)
    days = [noon + timedelta(days=day) for day in range(4)]
    assert cells == [["时间", days[0], days[1]], ["时间", days[2], days[3]]]
