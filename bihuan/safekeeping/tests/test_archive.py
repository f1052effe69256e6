import io

import pytest

from bihuan.safekeeping import archive
from bihuan.safekeeping.archive import ArchiveReader, ArchiveRefused, ArchiveSecret, ArchiveWriter

KEY = ArchiveSecret.of_key(b"k" * 32)


def written(secret=KEY, parts=(("one", b"first"), ("two", b"x" * 3_000_000), ("none", b""))):
    file = io.BytesIO()
    file.fileno = lambda: 1  # nothing to bring to the disk
    writer = ArchiveWriter(file, secret)
    for name, content in parts:
        writer.add(name, iter([content] if content else []))
    writer._frame(archive.LAST, b"")
    return file.getvalue()


def read(content, secret=KEY):
    return [(name, b"".join(part)) for name, part in ArchiveReader(io.BytesIO(content), secret).parts()]


def test_what_was_written_comes_back_in_order():
    assert read(written()) == [("one", b"first"), ("two", b"x" * 3_000_000), ("none", b"")]


def test_a_part_may_be_passed_over():
    names = [name for name, _ in ArchiveReader(io.BytesIO(written()), KEY).parts()]
    assert names == ["one", "two", "none"]


def test_nothing_is_in_clear():
    content = written(parts=[("secret-name", b"13800001234" * 1000)])
    assert b"13800001234" not in content and b"secret-name" not in content


@pytest.mark.parametrize("place", [21, 60, 1_000_000, -1])
def test_a_changed_byte_is_refused(place):
    content = bytearray(written())
    content[place] ^= 1
    with pytest.raises(ArchiveRefused):
        read(bytes(content))


def test_every_cut_is_refused():
    content = written(parts=[("one", b"first"), ("two", b"second")])
    for length in range(len(content)):
        with pytest.raises(ArchiveRefused):
            read(content[:length])


def test_a_frame_left_out_is_refused():
    whole = written(parts=[("one", b"a" * 100)])
    head = len(archive.MARK) + 1 + archive.SALT_BYTES
    first = archive.LENGTH.unpack(whole[head : head + 4])[0] + 4
    with pytest.raises(ArchiveRefused, match="changed"):
        read(whole[:head] + whole[head + first :])


def test_another_key_is_named_as_the_likely_cause():
    with pytest.raises(ArchiveRefused, match="wrong key or passphrase"):
        read(written(), ArchiveSecret.of_key(b"q" * 32))


def test_a_passphrase_opens_what_a_passphrase_closed(monkeypatch):
    monkeypatch.setattr(archive, "SCRYPT_COST", 2**10)
    content = written(ArchiveSecret.of_passphrase("小雪 2026"), parts=[("one", b"x")])
    assert read(content, ArchiveSecret.of_passphrase("小雪 2026")) == [("one", b"x")]
    with pytest.raises(ArchiveRefused, match="wrong key or passphrase"):
        read(content, ArchiveSecret.of_passphrase("大雪 2026"))
    with pytest.raises(ArchiveRefused, match="opens with its passphrase"):
        read(content)


@pytest.mark.parametrize("content", [b"", b"PGDMP", b"x" * 100])
def test_another_file_is_no_backup(content):
    with pytest.raises(ArchiveRefused, match="not a backup"):
        read(content)
