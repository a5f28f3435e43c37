"""The page toolkit: fonts embedded, nothing vanishes, page numbers, files whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

import pytest

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import language
from gcrm.services.printing import fonts, preview
from gcrm.services.printing.page import MM, Pages, PrintInfo, paper, style
from tests.services.printing.pdf_facts import fonts_of, metadata_of

SCRIPTS = ["äöüßÄÖÜẞ€", "çãõÇÑŁłŚź", "Ξανθή Δοκιμή", "Привет Ґанок", "„Anführung“ – 50 % … ½²"]


def print_texts(path: Path, *texts: str) -> str:
    pages = Pages(PrintInfo("Test", "Muster GmbH", "de"), paper("A4"))
    for place, text in enumerate(texts):
        pages.text(20 * MM, (250 - 10 * place) * MM, text, style(10))
    return pages.save(path).replaced


@pytest.mark.parametrize("text", SCRIPTS)
def test_every_european_script_is_printed_and_read_back(tmp_path: Path, text: str) -> None:
    assert print_texts(tmp_path / "a.pdf", text) == ""
    assert preview.page_text(tmp_path / "a.pdf").strip() == text


@pytest.mark.parametrize("bold", [False, True])
def test_the_print_fonts_have_the_european_scripts(bold: bool) -> None:
    face = style(10, bold=bold).face
    assert set("".join(SCRIPTS)) - face.covers == set()


def test_every_font_is_embedded_and_helvetica_is_nowhere(tmp_path: Path) -> None:
    print_texts(tmp_path / "a.pdf", "plain", "שלום ☎")
    used = fonts_of(tmp_path / "a.pdf")
    assert used
    assert all(used.values()), used
    assert b"Helvetica" not in (tmp_path / "a.pdf").read_bytes()


def test_an_empty_document_names_no_foreign_font(tmp_path: Path) -> None:
    print_texts(tmp_path / "a.pdf")
    assert b"Helvetica" not in (tmp_path / "a.pdf").read_bytes()


def test_characters_without_a_font_leave_a_mark_and_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "fallback_faces", lambda: ())
    fonts.split_runs.cache_clear()
    try:
        replaced = print_texts(tmp_path / "a.pdf", "Wang 中文 GmbH 😀")
    finally:
        fonts.split_runs.cache_clear()
    mark = fonts.replacement_mark(fonts.regular())
    assert replaced == "中文😀"
    assert preview.page_text(tmp_path / "a.pdf").strip() == f"Wang {mark}{mark} GmbH {mark}"


def test_another_font_draws_what_the_print_font_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vera = next(folder for folder in fonts.font_folders() if (folder / "Vera.ttf").exists()) / "Vera.ttf"
    other = fonts.Face("test-vera", vera)
    char = min(other.covers - fonts.regular().covers)
    monkeypatch.setattr(fonts, "fallback_faces", lambda: (other,))
    fonts.split_runs.cache_clear()
    try:
        assert print_texts(tmp_path / "a.pdf", f"a{char}b") == ""
    finally:
        fonts.split_runs.cache_clear()
    assert len(fonts_of(tmp_path / "a.pdf")) == 2
    assert preview.page_text(tmp_path / "a.pdf").strip() == f"a{char}b"


@pytest.mark.parametrize(
    ("written", "printed"),
    [("Mu\u0308ller", "Müller"), ("a\u2011b", "a-b"), ("a\u2009b\tc", "a b c"), ("a\u200bb\ufe0f\x00\x07", "ab")],
)
def test_odd_characters_take_their_usual_form(written: str, printed: str) -> None:
    runs, missing = fonts.split_runs(written, fonts.regular())
    assert ("".join(piece for _face, piece in runs), missing) == (printed, "")


def test_hebrew_stands_in_the_order_in_which_it_is_seen() -> None:
    runs, _missing = fonts.split_runs("Tel אבג דה 12", fonts.regular())
    text = "".join(piece for _face, piece in runs)
    assert text.startswith("Tel ")
    assert text.endswith(" 12")
    assert "אבג" not in text


def test_the_pdf_knows_title_author_and_language(tmp_path: Path) -> None:
    print_texts(tmp_path / "a.pdf", "Text")
    facts = metadata_of(tmp_path / "a.pdf")
    assert (facts["Title"], facts["Author"], facts["Creator"]) == ("Test", "Muster GmbH", "gCRM")
    assert re.search(rb"/Lang \(de\)", (tmp_path / "a.pdf").read_bytes())


@pytest.mark.parametrize(
    ("name", "landscape", "size"),
    [("A4", False, (210, 297)), ("A4", True, (297, 210)), ("Letter", False, (215.9, 279.4))],
)
def test_paper_sizes(tmp_path: Path, name: str, landscape: bool, size: tuple[float, float]) -> None:
    Pages(PrintInfo("x"), paper(name), landscape=landscape).save(tmp_path / "a.pdf")
    assert preview.page_size(tmp_path / "a.pdf") == pytest.approx(size, abs=0.05)


def test_unknown_paper_is_refused_in_words() -> None:
    with pytest.raises(UserError, match="Foolscap"):
        paper("Foolscap")


def test_page_numbers_count_each_chapter_alone(tmp_path: Path) -> None:
    pages = Pages(PrintInfo("x"), paper("A4"))
    for chapter in (3, 1):
        for place in range(chapter):
            if place:
                pages.new_page()
            pages.page_number(190 * MM, 50, style(8))
        pages.end_chapter()
        if chapter == 3:
            pages.new_chapter()
    result = pages.save(tmp_path / "a.pdf")
    found = [preview.page_text(tmp_path / "a.pdf", number).strip() for number in range(1, 5)]
    assert found == ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3", "Page 1 of 1"]
    assert result.pages == preview.page_count(tmp_path / "a.pdf") == 4


def test_right_and_centred_text_end_where_they_should(tmp_path: Path) -> None:
    pages = Pages(PrintInfo("x"), paper("A4"))
    pages.text_right(100 * MM, 200 * MM, "Summe 12.345,00", style(10))
    pages.text_centred(100 * MM, 180 * MM, "HHHH", style(10))
    pages.save(tmp_path / "a.pdf")
    boxes = {box.text: box for box in preview.text_boxes(tmp_path / "a.pdf")}
    assert boxes["Summe 12.345,00"].right == pytest.approx(100, abs=0.3)
    assert (boxes["HHHH"].left + boxes["HHHH"].right) / 2 == pytest.approx(100, abs=0.3)


def test_a_shift_moves_and_scales_about_the_upper_left_corner(tmp_path: Path) -> None:
    pages = Pages(PrintInfo("x"), paper("A4"))
    with pages.shifted(2 * MM, -3 * MM, 1.1):
        pages.text(50 * MM, pages.height - 100 * MM, "HHH", style(10))
    pages.save(tmp_path / "a.pdf")
    (box,) = preview.text_boxes(tmp_path / "a.pdf")
    assert (box.left, box.bottom) == pytest.approx((50 * 1.1 + 2, 100 * 1.1 + 3), abs=0.4)


class FullDisk:
    """Replaces os.fsync by one that finds the disk full."""

    def __init__(self, code: int) -> None:
        self.code = code

    def __call__(self, handle: int) -> None:
        raise OSError(self.code, os.strerror(self.code))


@pytest.mark.parametrize(("code", "word"), [(errno.ENOSPC, "full"), (errno.EROFS, "read-only"), (errno.EIO, "another")])
def test_a_full_disk_leaves_the_former_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, word: str
) -> None:
    target = tmp_path / "list.pdf"
    target.write_bytes(b"former")
    monkeypatch.setattr(os, "fsync", FullDisk(code))
    with pytest.raises(EnvironmentProblem, match=word) as caught:
        print_texts(target, "new")
    assert "list.pdf" in caught.value.sentence
    assert target.read_bytes() == b"former"
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["list.pdf"]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="folder does not exist"):
        print_texts(tmp_path / "nowhere" / "a.pdf", "x")


def test_a_folder_of_that_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").mkdir()
    with pytest.raises(EnvironmentProblem, match=r"a\.pdf could not be saved"):
        print_texts(tmp_path / "a.pdf", "x")


def test_a_replaced_file_keeps_its_rights(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"former")
    target.chmod(0o640)
    print_texts(target, "x")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_the_preview_paints_black_text_on_white_paper(tmp_path: Path) -> None:
    print_texts(tmp_path / "a.pdf", "HHHHHHHH")
    image = preview.render_page(tmp_path / "a.pdf", 1, 72)
    assert (image.width, image.height) == (595, 842) or (image.width, image.height) == (596, 842)
    assert len(image.rgb) == image.width * image.height * 3
    picture = image.to_pil()
    assert picture.getpixel((2, 2)) == (255, 255, 255)
    darkest, _lightest = picture.convert("L").getextrema()
    assert isinstance(darkest, int)
    assert darkest < 120


def test_a_page_that_is_not_there_is_told(tmp_path: Path) -> None:
    print_texts(tmp_path / "a.pdf", "x")
    with pytest.raises(UserError, match="no page 2"):
        preview.render_page(tmp_path / "a.pdf", 2)


def test_a_broken_pdf_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"no pdf")
    with pytest.raises(EnvironmentProblem, match="damaged"):
        preview.page_count(tmp_path / "a.pdf")


def test_the_pdf_speaks_the_language_in_force(tmp_path: Path) -> None:
    with language("de"):
        pages = Pages(PrintInfo("x"), paper("A4"))
    pages.save(tmp_path / "a.pdf")
    assert re.search(rb"/Lang \(de\)", (tmp_path / "a.pdf").read_bytes())
