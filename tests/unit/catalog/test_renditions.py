from io import BytesIO

import pytest
from PIL import Image

from functions.catalog import renditions
from functions.catalog.renditions import Spoiled
from functions.catalog.rules import images as rules
from tests.builders import images as a


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content), formats=["WEBP"])


def test_a_picture_is_rendered_in_three_widths():
    made = renditions.render(a.a_jpeg(4000, 3000))
    assert {width: opened(content).size for width, content in made.contents.items()} == {
        1600: (1600, 1200),
        800: (800, 600),
        320: (320, 240),
    }
    assert (made.width, made.height) == (1600, 1200)


def test_a_small_picture_is_never_enlarged():
    made = renditions.render(a.a_png(500, 400))
    assert {width: opened(content).size[0] for width, content in made.contents.items()} == {
        1600: 500,
        800: 500,
        320: 320,
    }


def test_what_is_much_higher_than_wide_becomes_narrower():
    assert opened(renditions.render(a.a_jpeg(400, 4000)).contents[320]).size == (64, 640)


@pytest.mark.parametrize(("orientation", "upright"), [(1, (1600, 1200)), (6, (1600, 2133)), (8, (1600, 2133))])
def test_a_photo_is_turned_upright(orientation: int, upright: tuple[int, int]):
    made = renditions.render(a.a_jpeg(3200, 2400, exif=a.told_of(orientation)))
    assert (made.width, made.height) == upright


def test_a_photo_turned_by_a_quarter_shows_left_above():
    picture = opened(renditions.render(a.a_jpeg(exif=a.told_of(6))).contents[320]).convert("RGB")
    above, below = picture.getpixel((160, 20)), picture.getpixel((160, picture.height - 20))
    assert isinstance(above, tuple)
    assert isinstance(below, tuple)
    assert (above[0] > above[2], below[0] > below[2]) == (True, False)


def test_nothing_but_pixels_is_published():
    sent = (
        a.a_jpeg(exif=a.told_of(), icc_profile=a.a_wide_profile(), comment=b"taken at home")
        + b"PK\x03\x04 another file"
    )
    assert all(word in sent for word in (b"48.8584", b"serial 0042", b"taken at home", b"another file"))
    for content in renditions.render(sent).contents.values():
        assert not [
            word for word in (b"48.8584", b"0042", b"at home", b"another", b"EXIF", b"ICCP", b"XMP ") if word in content
        ]
        assert not opened(content).info.keys() & {"exif", "icc_profile", "xmp"}


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_every_kind_of_png_is_understood(mode: str):
    picture = a.drawn(mode="L").convert("I;16") if mode == "I;16" else a.drawn()
    sent = a.file_of(picture if mode == "I;16" else picture.convert(mode), "PNG")
    made = renditions.render(sent).contents[320]
    assert opened(made).size == (320, 240)


def test_transparency_stays():
    made = renditions.render(a.a_png(mode="RGBA")).contents[320]
    clear = a.file_of(Image.new("RGBA", (400, 400), (0, 0, 0, 0)), "PNG")
    assert opened(renditions.render(clear).contents[320]).convert("RGBA").getchannel("A").getextrema() == (0, 0)
    assert opened(made).size == (320, 240)


def test_a_cmyk_photo_and_one_with_a_broken_profile_are_shown_all_the_same():
    assert renditions.render(a.file_of(a.drawn(mode="CMYK"), "JPEG")).contents
    assert renditions.render(a.a_jpeg(icc_profile=b"no profile at all")).contents


@pytest.mark.parametrize("claims", [a.a_png_that_claims, a.a_webp_that_claims])
@pytest.mark.parametrize("size", [(60_000, 60_000), (16_383, 16_383), (1, 20_000), (10_000, 5_001)])
def test_what_claims_more_pixels_than_a_decoder_can_bear_is_refused_unseen(claims, size: tuple[int, int]):
    with pytest.raises(Spoiled) as refused:
        renditions.render(claims(*size))
    assert refused.value.reason == "too_many_pixels"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (a.SVG, "unreadable"),
        (b"", "unreadable"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "unreadable"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 64, "unreadable"),
        (b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 64, "too_small"),
        (b"RIFF\x24\0\0\0WEBPVP8X", "unreadable"),
        (b"GIF89a" + b"\x40\x00\x40\x00" + b"\0" * 64, "unreadable"),
        (a.a_jpeg()[:2000], "unreadable"),
        (a.a_png()[:-200], "unreadable"),
        (a.a_png_that_claims(200, 200), "unreadable"),
        (a.a_png(63, 200), "too_small"),
        (a.a_jpeg() + b"\xff\xda" * 101, "too_intricate"),
    ],
    ids=[
        "svg",
        "empty",
        "png head",
        "jpeg head",
        "webp head",
        "webp cut",
        "gif",
        "cut jpeg",
        "cut png",
        "lying png",
        "tiny",
        "scans",
    ],
)
def test_what_cannot_be_shown_says_why(content: bytes, reason: str):
    with pytest.raises(Spoiled) as refused:
        renditions.render(content)
    assert refused.value.reason == reason


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_webp_claims_what_it_is(lossless: bool, mode: str):
    content = a.file_of(a.drawn(333, 222, mode), "WEBP", lossless=lossless)
    assert rules.claimed_by_webp(content) == (333, 222)


def test_a_progressive_photo_of_a_camera_has_few_scans():
    assert 1 < rules.scans_of_jpeg(a.a_jpeg(2000, 1500, progressive=True)) < 20
