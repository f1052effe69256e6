"""Some loaded cases with a long story: what the page of a case costs must not grow with it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bihuan.bench.copying import copy_lines, line
from bihuan.bench.rows import ENTRY, MESSAGE, Writer, entry_line
from bihuan.bench.shapes import Shape

ENTRIES = 120
AGENT = ("STAFF", "agent", "WEB")


def lengthen(writer: Writer, shapes: Sequence[Shape], *, first_id: int) -> None:
    """Give each shape ``ENTRIES`` more messages, with the journal entries that put them on its timeline."""
    messages: list[str] = []
    entries: list[str] = []
    for shape in shapes:
        for message_id, number in _ids(shape, first_id):
            at = shape.opened_at + timedelta(minutes=7 * (number + 1))
            body = f"{number + 1}. {shape.voice.matter}"
            direction = "OUT" if number % 2 else "IN"
            messages.append(line((message_id, shape.id, direction, "REPLY", body, "", False, "STAFF", "客服", at)))
            payload: dict[str, object] = {"case_id": shape.id, "message_id": message_id}
            entries.append(entry_line(shape, "case.replied", at, payload, actor=AGENT))
    copy_lines("intake_message", MESSAGE, messages)
    copy_lines("journal_entry", ENTRY, entries)


def last_message_id(cases: int) -> int:
    """No loaded message has an id above this."""
    return cases + (cases + 1) * ENTRIES


def _ids(shape: Shape, first_id: int) -> Iterator[tuple[int, int]]:
    """Message ids behind those of the first messages, which have the ids of their cases."""
    begin = first_id + shape.id * ENTRIES
    return ((begin + number, number) for number in range(ENTRIES))
