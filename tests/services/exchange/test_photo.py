"""Pictures: written anew, bounded, never fetched."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gcrm.services.exchange import photo
from gcrm.services.exchange.photo import TOO_LARGE, UNREADABLE, PhotoError, decode_photo, read_photo
from gcrm.services.exchange.vcard_read import read_vcard
from gcrm.services.exchange.vcard_write import Version, write_vcard
from tests.services.exchange.cards import read, read_lines


def picture(format_: str, size: tuple[int, int] = (900, 600), mode: str = "RGB", color: str = "red") -> bytes:
    out = BytesIO()
    Image.new(mode, size, color).save(out, format_)
    return out.getvalue()


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_photos_become_small_jpegs(format_: str) -> None:
    found = read_photo(picture(format_))
    assert found.media_type == "image/jpeg"
    with Image.open(BytesIO(found.data)) as read:
        assert (read.format, read.size) == ("JPEG", (512, 341))


def test_transparent_pictures_stay_transparent() -> None:
    found = read_photo(picture("PNG", (600, 600), "RGBA", "#ff000080"))
    with Image.open(BytesIO(found.data)) as read:
        assert (found.media_type, read.mode, read.size) == ("image/png", "RGBA", (512, 512))


def test_nothing_but_pixels_is_taken_over() -> None:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010E] = "secret place"
    Image.new("RGB", (300, 200)).save(out, "JPEG", exif=exif, comment=b"secret word")
    found = read_photo(out.getvalue())
    with Image.open(BytesIO(found.data)) as read:
        assert (read.size, dict(read.getexif())) == ((200, 300), {})
    assert b"secret" not in found.data


def test_a_picture_of_too_many_pixels_is_refused_by_its_header() -> None:
    for size in ((8000, 6000), (20_000, 20_000)):
        with pytest.raises(PhotoError) as caught:
            read_photo(picture("PNG", size, "1", "white"))
        assert caught.value.reason == TOO_LARGE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        picture("JPEG")[:400],
        picture("PNG")[:-40],
        picture("TIFF"),
        picture("PCX"),
        picture("EPS", mode="L", color="white"),
    ],
)
def test_what_cannot_be_read_says_so(data: bytes) -> None:
    with pytest.raises(PhotoError) as caught:
        read_photo(data)
    assert caught.value.reason == UNREADABLE


@given(st.integers(0, 10_000), st.integers(0, 255), st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "BMP"]))
def test_a_damaged_picture_is_read_or_refused(place: int, byte: int, format_: str) -> None:
    data = bytearray(picture(format_, (30, 20)))
    data[place % len(data)] = byte
    try:
        found = read_photo(bytes(data))
    except PhotoError:
        return
    assert found.media_type in ("image/jpeg", "image/png")


def test_the_ways_to_write_a_picture_into_a_card() -> None:
    text = base64_of(b"picture")
    assert decode_photo(text, is_base64=True) == b"picture"
    assert decode_photo(text.rstrip("="), is_base64=True) == b"picture"
    assert decode_photo(f" {text[:4]} {text[4:]}", is_base64=True) == b"picture"
    for comma in (",", "\\,"):
        assert decode_photo(f"data:image/png;base64{comma}{text}", is_base64=False) == b"picture"
        assert decode_photo(f"DATA:image/png;base64{comma}{text}", is_base64=True) == b"picture"
    assert decode_photo("http://x/y.jpg", is_base64=False) is None
    assert decode_photo("", is_base64=True) is None
    assert decode_photo("data:image/svg+xml,<svg/>", is_base64=False) == b""
    assert decode_photo("ä", is_base64=True) == b""


def test_the_contact_is_taken_without_a_bad_picture_and_its_lines_are_reported() -> None:
    file = read_lines("BEGIN:VCARD", "FN:x", "PHOTO;ENCODING=b:AAAA", " AAAA", "TEL:1", "END:VCARD")
    assert (file.cards[0].photo, len(file.cards[0].points)) == (None, 1)
    assert [(report.line, report.reason) for report in file.account.reported] == [(3, UNREADABLE), (4, UNREADABLE)]


def test_a_picture_elsewhere_is_kept_as_an_address_and_never_fetched() -> None:
    card = read("FN:x", "PHOTO;VALUE=uri:http://127.0.0.1:9/track.gif", "PHOTO;VALUE=uri:file:////a/share/x.png")
    assert card.photo is None
    assert len(card.kept) == 2


def test_the_first_picture_counts_and_others_are_kept() -> None:
    first, second = base64_of(picture("PNG", (9, 9))), base64_of(picture("PNG", (8, 8)))
    card = read("FN:x", f"PHOTO;ENCODING=b:{first}", f"PHOTO;ENCODING=b:{second}")
    assert card.photo == read_photo(picture("PNG", (9, 9)))
    assert card.kept == (f"PHOTO;ENCODING=b:{second}",)


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_a_written_picture_is_known_again(version: Version) -> None:
    noise = Image.effect_noise((700, 500), 80).convert("RGB")
    out = BytesIO()
    noise.save(out, "JPEG", quality=70)
    card = read("FN:x", f"PHOTO;ENCODING=b;TYPE=JPEG:{base64_of(out.getvalue())}")
    back = read_vcard(write_vcard([card], version).encode()).cards[0]
    assert card.photo is not None
    assert back.photo is not None
    assert back.photo.data != card.photo.data  # the reason why bytes are not compared
    assert back.is_same(card)
    assert not read("FN:x", f"PHOTO;ENCODING=b:{base64_of(picture('PNG'))}").is_same(card)
    assert not read("FN:x").is_same(card)


def test_the_limits_are_those_of_the_plan() -> None:
    assert (photo.MAX_PIXELS, photo.EDGE) == (40_000_000, 512)
