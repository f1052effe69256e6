"""Components: what they say besides their colour, and that they escape what they are given."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from bihuan.web import atoms
from bihuan.web.components import PromiseLook, Span, SpanKind, Tone
from bihuan.web.samples import NOW, SampleForm, everything, why
from bihuan.web.why_line import WIDTH, draw_line


def render(source, **data):
    request = RequestFactory().get("/list?state=open&after=old")
    return Template("{% load bihuan %}" + source).render(Context({"request": request, "csrf_token": "t", **data}))


@pytest.mark.parametrize(
    ("state", "share", "minutes", "tone"),
    [
        ("RUNNING", 62, 228, Tone.TRACK),
        ("RUNNING", 80, 20, Tone.RISK),
        ("RUNNING", 100, -22, Tone.LATE),
        ("BROKEN", 100, -22, Tone.LATE),
        ("PAUSED", 99, 5, Tone.PAUSED),
        ("KEPT", 40, 60, Tone.KEPT),
    ],
)
def test_a_promise_looks_as_its_state_and_share_say(state, share, minutes, tone):
    look = PromiseLook.of(state, due_at=NOW + timedelta(minutes=minutes), at=NOW, share=share)
    assert look.tone is tone


@pytest.mark.parametrize("tone", list(everything()["looks"]))
def test_every_tone_of_a_promise_is_also_a_word(tone):
    look = everything()["looks"][tone]
    assert str(look.label) in atoms.promise(look)


def test_an_overdue_promise_says_so_once():
    chip = atoms.promise(PromiseLook(Tone.LATE, 100, "已超时 22 分"))
    assert chip.count("已超时") == 1
    assert "22 分" in chip


def test_a_coloured_tag_carries_an_icon():
    assert "ti-alert-triangle" in atoms.tag("临期", "risk")


def test_what_people_wrote_is_escaped_everywhere():
    evil = "<script>alert(1)</script>"
    event = {
        "kind": "customer",
        "who": evil,
        "at": NOW,
        "what": evil,
        "body": evil,
        "files": [],
        "tags": [],
        "anchor": "",
    }
    page = render(
        "{% event e at %}{% tag t %}{% kv rows %}{% empty t text=t %}", e=event, at=NOW, t=evil, rows=[(evil, evil)]
    )
    assert "<script>" not in page
    assert page.count("&lt;script&gt;") >= 7


def test_a_field_is_described_by_its_help_and_its_error():
    page = render("{% field f count=1000 %}", f=SampleForm({"story": ""})["story"])
    assert 'aria-describedby="id_story_help id_story_error"' in page
    assert 'id="id_story_error"' in page
    assert 'aria-invalid="true"' in page


def test_a_valid_field_claims_no_error():
    page = render("{% field f %}", f=SampleForm()["waybill"])
    assert "_error" not in page
    assert "aria-invalid" not in page


def test_the_pager_keeps_the_filters_and_leads_back_to_the_start():
    class Page:
        next = "k&1"

    page = render("{% pager p %}", p=Page())
    assert 'href="?state=open&amp;after=k%261"' in page
    assert 'href="?state=open"' in page


def test_a_button_that_writes_is_a_form_with_a_token():
    page = render("{% action a %}", a={"label": "再催", "url": "/urge", "post": True, "fields": {"n": "1"}})
    assert 'method="post"' in page
    assert 'name="csrfmiddlewaretoken" value="t"' in page
    assert 'name="n" value="1"' in page


def test_the_line_of_a_due_time_fills_its_width_in_order():
    line = draw_line(why().spans, NOW)
    assert line.boxes[0].x == 0
    assert line.boxes[-1].end == pytest.approx(WIDTH, abs=0.5)
    assert all(left.end <= right.x for left, right in zip(line.boxes, line.boxes[1:], strict=False))
    assert line.now_x is not None


def test_the_line_survives_a_promise_without_a_gap():
    span = Span(SpanKind.COUNTED, NOW, NOW + timedelta(hours=1), "1 小时")
    line = draw_line([span], None)
    assert line.boxes[0].width == WIDTH
    assert line.now_x is None


def test_a_line_of_many_days_stays_inside_its_width():
    spans = []
    for day in range(12):
        start = NOW + timedelta(days=day)
        spans.append(Span(SpanKind.WAITING, start, start + timedelta(hours=8), "8 小时"))
        spans.append(Span(SpanKind.OFF, start + timedelta(hours=8), start + timedelta(days=1), ""))
    line = draw_line(spans, NOW)
    assert line.boxes[-1].end <= WIDTH + 1
