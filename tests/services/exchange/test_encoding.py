"""Encodings are found, not asked."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.services.exchange.encoding import decode, decode_value, known_charset

NAMES = {
    "cp1252": ["Müller Straße", "Peña Núñez", "João São Paulo", "Ærøskøbing", "Hélène Lefèvre", "München – „Büro“"],
    "cp1250": ["Dvořák Antonín, Příbram", "Wałęsa Łódź Gdańsk", "Kőszegi Gyűjtő Székesfehérvár"],
    "cp1251": ["Иван Петров Москва", "МОСКВА", "Віталій Кличко"],
    "cp1253": ["Βαγγέλης Αθήνα"],
    "cp1254": ["Işık Doğan Şişli İstanbul"],
    "cp1255": ["אפרים קישון"],
    "cp1256": ["محمد القاهرة"],
    "cp1257": ["Jānis Bērziņš Rīga", "Žemaitė Šiauliai Kęstutis"],
    "mac_roman": ["Müller Straße Köln"],
    "cp850": ["Müller Straße Köln"],
    "koi8_r": ["Иван Петров Москва"],
    "shift_jis": ["田中太郎 東京都渋谷区"],
    "gb18030": ["王小明 北京市海淀区中关村大街"],
    "euc_kr": ["김철수 서울특별시 강남구"],
    "big5": ["陳大文 臺北市信義區"],
}


def card(name: str) -> str:
    return f"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:{name}\r\nEND:VCARD\r\n"


@pytest.mark.parametrize(("codec", "name"), [(codec, name) for codec, names in NAMES.items() for name in names])
def test_the_code_page_is_found_by_its_words(codec: str, name: str) -> None:
    assert decode(card(name).encode(codec)).text == card(name)


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"", "utf-8"),
    ],
)
def test_unicode_is_found_with_and_without_a_mark(mark: bytes, codec: str) -> None:
    found = decode(mark + card("Łódź 北京 😀").encode(codec))
    assert (found.text, found.encoding) == (card("Łódź 北京 😀"), codec)


def test_a_letter_cut_by_folding_is_mended() -> None:
    data = "NOTE:Grü".encode()[:-1] + b"\r\n " + "ü".encode()[1:] + b"n\r\n"
    assert decode(data).text == "NOTE:Grü\r\n n\r\n"


def test_a_file_of_two_sources_is_decoded_line_by_line() -> None:
    data = "FN:Жуков\r\n".encode() + "ADR;CHARSET=windows-1252:Straße\r\n".encode("cp1252")
    found = decode(data)
    assert found.text == "FN:Жуков\r\nADR;CHARSET=windows-1252:Straße\r\n"
    assert found.encoding == "utf-8 + cp1252"


def test_a_broken_letter_does_not_change_the_encoding_of_its_line() -> None:
    data = "FN:Müller Söhne".encode() + b"\xc3\r\nORG:" + "Köln".encode("cp1252")
    assert decode(data).text == "FN:Müller Söhne�\r\nORG:Köln"


@pytest.mark.parametrize("name", ["zip", "rot13", "unicode_escape", "idna", "blabla", "", "x\0y", "a" * 100_000])
def test_only_character_sets_are_looked_up(name: str) -> None:
    assert known_charset(name) == ""


def test_a_value_prefers_its_own_charset() -> None:
    assert decode_value(b"L\xe4mmerweg", "Windows-1252") == "Lämmerweg"
    assert decode_value("Lämmerweg".encode(), "blabla") == "Lämmerweg"
    assert decode_value(b"L\xe4mmerweg", "blabla") == "Lämmerweg"


@given(st.binary(max_size=400))
def test_nothing_makes_it_fail(data: bytes) -> None:
    assert isinstance(decode(data).text, str)
    assert isinstance(decode_value(data, data[:10].decode("latin-1")), str)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\ufeff"), max_size=200))
def test_utf8_is_always_read_as_it_is(text: str) -> None:
    assert decode(("FN:" + text).encode()).text == "FN:" + text or text.count("\0") > len(text) / 3


@pytest.mark.parametrize("name", ["Latín Eins", "Nuñez", "Groß", "José García", "Åse Sørensen"])
@pytest.mark.parametrize("other", ["Jürgen Fünf", "李小龙", "Łukasz Żak"])
def test_lines_of_utf8_say_nothing_about_the_code_page_of_the_others(name: str, other: str) -> None:
    data = f"FN:{name}\r\n".encode("cp1252") + f"FN:{other}\r\n".encode()
    assert decode(data).text == f"FN:{name}\r\nFN:{other}\r\n"
