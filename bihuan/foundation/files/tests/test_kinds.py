"""What a file is, and what it may be called."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.foundation.files.kinds import NAME_CHARS, clean_name, extension_of, recognise
from bihuan.foundation.files.refusals import FileHasMacros, FileRefused, FileTypeMismatch, FileTypeRefused
from bihuan.foundation.files.tests.factories import ALLOWED, DOCX, DOCX_WITH_MACROS, JPEG, PDF, PNG, ZIP


@pytest.mark.parametrize("name", ALLOWED)
def test_an_allowed_file_is_recognised_by_its_bytes(name):
    assert extension_of(name) in recognise(name, ALLOWED[name]).extensions


@pytest.mark.parametrize("name", ["a.exe", "a.svg", "a.html", "a.js", "a.zip", "a.doc", "a.docm", "a.php", "a.jpg.exe"])
def test_an_extension_that_is_not_allowed_is_refused(name):
    with pytest.raises(FileTypeRefused):
        recognise(name, PNG)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", PNG),
        ("a.png", b"<html><script>alert(1)</script>"),
        ("a.pdf", b"MZ\x90\x00"),
        ("a.txt", b"MZ\x90\x00"),
        ("a.txt", PDF),
        ("a.csv", ZIP),
        ("a.docx", ZIP),
        ("a.xlsx", DOCX),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.mp4", JPEG),
        ("a.txt", b"abc\x00def"),
        ("a.txt", b"\xff\xfe\x00"),
        ("a.eml", b"\x00\x01"),
        ("a.mp3", b"\xff"),
    ],
)
def test_a_file_whose_bytes_do_not_match_its_extension_is_refused(name, content):
    with pytest.raises(FileTypeMismatch):
        recognise(name, content)


def test_a_document_with_macros_is_refused():
    with pytest.raises(FileHasMacros):
        recognise("a.docx", DOCX_WITH_MACROS)


def test_a_file_without_an_extension_is_known_by_its_bytes_alone():
    assert recognise("photo", JPEG).content_type == "image/jpeg"
    assert recognise("note", "你好".encode()).content_type == "text/plain"
    with pytest.raises(FileTypeRefused):
        recognise("program", b"MZ\x90\x00\x03\x00\x00\x00")


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        (r"C:\Users\wang\破损照片.jpg", "破损照片.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie x.png"),
        (" .. ", "file"),
        ("", "file"),
        ("x" * 300 + ".png", "x" * 116 + ".png"),
    ],
)
def test_a_name_is_made_safe(given_name, shown):
    assert clean_name(given_name) == shown


@settings(deadline=None)
@given(st.text(max_size=300), st.binary(max_size=200))
def test_no_name_and_no_bytes_break_the_rules(name, content):
    safe = clean_name(name)
    assert 0 < len(safe) <= NAME_CHARS and "/" not in safe and "\\" not in safe
    try:
        recognise(safe, content)
    except FileRefused as refusal:
        assert str(refusal)
