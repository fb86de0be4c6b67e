import pytest

from kernel.file_types import BEGINNINGS, Arrived

HEADS = {
    "application/pdf": b"%PDF-1.7\n1234567",
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00",
    "image/png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "image/webp": b"RIFF\n\n\n\nWEBPVP8 ",
}


@pytest.mark.parametrize(("name", "head"), HEADS.items())
def test_a_file_is_what_it_begins_with_whatever_it_was_announced_as(name, head):
    arrived = Arrived(head, "text/html", 100)
    assert arrived.type_among(BEGINNINGS) == name
    assert arrived.type_among([one for one in BEGINNINGS if one != name]) is None


@pytest.mark.parametrize("head", [b"", b"%PD", b" %PDF-", b"<svg onload", b"RIFF\n\n\n\nWAVEfmt ", b"\x89PNG\n"])
def test_everything_else_is_nothing(head):
    assert Arrived(head, "image/png", 100).type_among(BEGINNINGS) is None
