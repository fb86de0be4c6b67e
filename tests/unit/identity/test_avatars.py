import pytest

from functions.identity.model.avatars import PictureRefused
from functions.identity.rules import avatars as rules
from kernel.file_types import Arrived

HEADS = {
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "image/png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
}


@pytest.mark.parametrize(("kind", "head"), HEADS.items())
def test_a_picture_is_known_by_what_is_in_it(kind, head):
    assert rules.picture_type(Arrived(head, "text/html", 5_000)) == kind


@pytest.mark.parametrize(
    ("head", "size_bytes"),
    [
        (b'<svg xmlns="http', 5_000),
        (b"<html><script>al", 5_000),
        (b"GIF89a\x00\x00\x00\x00", 5_000),
        (b"MZ\x90\x00", 5_000),
        (b"%PDF-1.7", 5_000),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", 5_000),
        (b"", 0),
        (HEADS["image/png"], 20),
        (HEADS["image/png"], rules.MAX_BYTES + 1),
    ],
)
def test_everything_else_is_refused(head, size_bytes):
    with pytest.raises(PictureRefused):
        rules.picture_type(Arrived(head, "image/png", size_bytes))
