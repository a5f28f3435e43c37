"""The command line: each command, its JSON, and errors in one sentence with the right status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from gcrm import __version__
from gcrm.cli import COMMANDS, run_command
from gcrm.model.change import ContactSearch, Operation, Seal
from gcrm.services.opening import open_office
from gcrm.services.printing.preview import page_count, page_text
from gcrm.services.telephony.simulator import PhoneBox
from gcrm.services.unit_of_work import unit_of_work

CARDS = """BEGIN:VCARD
VERSION:3.0
N:Grünwald;Jürgen;;Dr.;
FN:Dr. Jürgen Grünwald
TEL;TYPE=WORK:0221 4711 815
ADR;TYPE=HOME:;;Domstraße 4;Köln;;50668;Germany
X-RINGTONE:bell
END:VCARD
not a line
BEGIN:VCARD
VERSION:3.0
N:;;;;
FN:Werft Süd GmbH
ORG:Werft Süd GmbH
TEL:+49 40 555 0100
END:VCARD
"""


@pytest.fixture
def office(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the URL of an empty office of either engine."""
    return database_url


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """Give a file with two contacts, a line that is kept and one without meaning."""
    file = tmp_path / "cards.vcf"
    file.write_text(CARDS, encoding="utf-8")
    return file


def run(capsys: pytest.CaptureFixture[str], office: str, *words: object, status: int = 0) -> str:
    """Run a command that must end with a status; return what it says."""
    found = run_command(["--database", office, *map(str, words)])
    said = capsys.readouterr()
    assert found == status, said.err
    return said.err if status else said.out


def run_json(capsys: pytest.CaptureFixture[str], office: str, *words: object, status: int = 0) -> Any:
    """Run a command with --json; standard output must be exactly one object."""
    assert run_command(["--database", office, *map(str, words), "--json"]) == status
    out = capsys.readouterr().out
    value = json.loads(out)
    assert isinstance(value, dict)
    assert len(out.splitlines()) == 1
    return value


def test_import_accounts_for_every_line(office: str, cards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = {
        "file": str(cards), "format": "vcard", "records": 2, "created": 2, "updated": 0, "skipped": 0,
        "lines": 16, "mapped": 14, "kept": 1,
    }  # fmt: skip
    dry = run_json(capsys, office, "import", cards, "--dry-run")["files"][0]
    assert run_json(capsys, office, "find")["total"] == 0
    real = run_json(capsys, office, "import", cards)["files"][0]
    assert dry == real
    assert {name: real[name] for name in wanted} == wanted
    assert real["lines"] == real["mapped"] + real["kept"] + len(real["reported"])
    assert [said["line"] for said in real["reported"]] == [9]
    assert set(real) == {*wanted, "reported"}


def test_importing_again_leaves_out_what_is_here(office: str, cards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, office, "import", cards)
    again = run_json(capsys, office, "import", cards)["files"][0]
    assert (again["created"], again["updated"], again["skipped"]) == (0, 0, 2)
    added = run_json(capsys, office, "import", cards, "--duplicates", "add")["files"][0]
    assert (added["created"], added["skipped"]) == (2, 0)


def test_import_says_who_was_left_out_and_why(office: str, cards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, office, "import", cards)
    said = run(capsys, office, "import", cards)
    assert "  line 1, Dr. Jürgen Grünwald: Dr. Jürgen Grünwald is here already with all of this" in said
    dry = run(capsys, office, "import", cards, "--dry-run", "--duplicates", "update", "--category", "Fair")
    assert "  line 10, Werft Süd GmbH: Werft Süd GmbH seems to be the same; adds Category" in dry
    many = cards.with_name("many.vcf")
    one = "BEGIN:VCARD\nVERSION:3.0\nFN:Eva Maier\nEND:VCARD\n"
    many.write_text(one * 30, encoding="utf-8")
    assert "  and 9 contacts more" in run(capsys, office, "import", many)


def test_a_table_is_told_cell_by_cell(office: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, mail = tmp_path / "customers.txt", tmp_path / "letter.eml"
    table.write_text("Firma;Geburtstag\nWerft GmbH;31.02.1990\n;1.3.1980\n", encoding="utf-8")
    mail.write_text("Subject: x\n", encoding="utf-8")
    told = run_json(capsys, office, "import", table, mail, "--dry-run", "--as", "csv")
    assert [found["format"] for found in told["files"]] == ["csv", "csv"]
    told = run_json(capsys, office, "import", table, mail, "--dry-run")
    (found,) = told["files"]
    assert (found["lines"], found["mapped"], found["kept"], len(found["reported"])) == (3, 1, 1, 1)
    assert [(row["line"], row["reason"]) for row in found["rows_to_correct"]][1] == (
        3, "Nothing in this row names a contact"
    )  # fmt: skip
    assert [column["target"] for column in found["table"]["columns"]] == ["name", "birthday"]
    assert "no e-mail" in told["mails"][0]["reason"]
    said = run(capsys, office, "import", table)
    assert said.count("  line 3: Nothing in this row names a contact") == 1
    assert "no saved mapping" in run(capsys, office, "import", table, "--mapping", "Nobody", status=1)


def test_mails_go_into_the_chronicle(
    office: str, cards: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, office, "import", cards)
    folder = tmp_path / "mails"
    folder.mkdir()
    for name in ("one", "two"):
        head = f"From: {name}@x.example\nTo: y@y.example\nSubject: {name}\n"
        (folder / f"{name}.eml").write_text(f"{head}Date: Mon, 16 Jun 2025 09:30:00 +0200\n\nx\n")
    assert "name the contact with --to" in run(capsys, office, "import", folder / "one.eml")
    told = run_json(capsys, office, "import", folder, "--to", "50001", "--dry-run")["mails"]
    assert [(found["result"], found["activity"]) for found in told] == [("kept", None), ("kept", None)]
    told = run_json(capsys, office, "import", folder, "--to", "50001")["mails"]
    assert [(found["subject"], found["result"], found["activity"] > 0) for found in told] == [
        ("one", "kept", True), ("two", "kept", True),
    ]  # fmt: skip
    assert "has this e-mail already" in run(capsys, office, "import", folder / "one.eml", "--to", "50001")
    assert "no contact with the number" in run(capsys, office, "import", folder, "--to", "1", status=1)


def test_undo_takes_an_import_back(office: str, cards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, office, "import", cards)
    assert "2" in run(capsys, office, "undo")
    assert run_json(capsys, office, "find")["total"] == 0
    assert "nothing to undo" in run(capsys, office, "undo", status=1)


def test_find_gives_rows(office: str, cards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, office, "import", cards)
    assert run_json(capsys, office, "find", "gruenw", "kol") == {
        "total": 1,
        "rows": [{"number": "50001", "name": "Dr. Jürgen Grünwald", "town": "Köln", "kind": "person"}],
    }
    everybody = run_json(capsys, office, "find")
    assert everybody["total"] == len(everybody["rows"]) == 2
    assert len(run_json(capsys, office, "find", "--limit", 1)["rows"]) == 1
    assert len(run_json(capsys, office, "find", "g")["rows"]) == 2


def test_show_gives_every_field(office: str, cards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, office, "import", cards)
    shown = run_json(capsys, office, "show", "50001")
    assert (shown["first_name"], shown["last_name"], shown["title"]) == ("Jürgen", "Grünwald", "Dr.")
    assert shown["addresses"][0]["town"] == "Köln"
    assert shown["points"][0]["e164"] == "+492214711815"
    assert "X-RINGTONE:bell" in shown["kept"]
    assert "Domstraße 4, 50668 Köln" in run(capsys, office, "show", "50001")
    assert "4711" in run(capsys, office, "show", "4711", status=1)


def test_caller_knows_any_spelling(office: str, cards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, office, "import", cards)
    for spelling in ("02214711815", "+49 (221) 4711-815", "0049 221 4711815"):
        found = run_json(capsys, office, "caller", spelling)
        assert found["number"] == "+492214711815"
        assert found["matches"] == [
            {"contact": "50001", "person": None, "name": "Dr. Jürgen Grünwald", "quality": "exact"}
        ]
    assert run_json(capsys, office, "caller", "+351213550123") == {"number": "+351213550123", "matches": []}
    assert run_json(capsys, office, "caller", "anonymous")["number"] is None


def test_contacts_that_are_there_twice_are_told_with_the_reasons(
    office: str, cards: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, office, "import", cards)
    assert run_json(capsys, office, "duplicates") == {"pairs": []}
    run(capsys, office, "import", cards, "--duplicates", "add")
    pairs = run_json(capsys, office, "duplicates")["pairs"]
    assert len(pairs) == 2
    assert all(pair["one"]["name"] == pair["other"]["name"] and pair["score"] > 0.75 for pair in pairs)
    assert "Dr. Jürgen Grünwald" in run(capsys, office, "duplicates", "--least", "0.75")
    assert run_json(capsys, office, "duplicates", "--least", "1") == {"pairs": []}


def test_exporting_and_importing_changes_nothing(
    office: str, cards: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, office, "import", cards)
    for version in ("3.0", "4.0"):
        file = tmp_path / f"{version}.vcf"
        run(capsys, office, "export", "contacts", "--version", version, "--output", file)
        again = run_json(capsys, office, "import", file, "--duplicates", "update")["files"][0]
        assert (again["created"], again["updated"], again["skipped"]) == (0, 0, 2)
    run(capsys, office, "export", "contacts", "--split", "--output", tmp_path / "each")
    assert {file.name for file in (tmp_path / "each").iterdir()} == {"Dr. Jürgen Grünwald.vcf", "Werft Süd GmbH.vcf"}


def test_a_list_goes_out_as_a_table(
    office: str, cards: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, office, "import", cards)
    some, whole = tmp_path / "some.csv", tmp_path / "all.csv"
    export = ("export", "contacts", "--format", "csv")
    told = run(capsys, office, *export, "--columns", "display_name,town", "--output", some)
    assert "2 contacts written to" in told
    assert some.read_text(encoding="utf-8-sig").splitlines()[0] == "Name,Town"
    run(capsys, office, *export, "--for", "exchange", "--columns", "all", "--output", whole)
    again = run_json(capsys, office, "import", whole, "--duplicates", "update")["files"][0]
    assert (again["created"], again["updated"], again["skipped"]) == (0, 0, 2)


def test_prints_are_read_back(office: str, cards: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, office, "import", cards)
    sheet, listing, labels = (tmp_path / f"{name}.pdf" for name in ("sheet", "list", "labels"))
    run(capsys, office, "print", "contact-sheet", "50001", "--output", sheet)
    assert "Domstraße 4" in page_text(sheet)
    run(capsys, office, "print", "list", "--columns", "display_name,town", "--output", listing)
    assert "Werft Süd GmbH" in page_text(listing)
    said = run(capsys, office, "print", "labels", "--sheet", "L7160", "--first", 20, "--output", labels)
    assert (page_count(labels), "Without an address: 1" in said) == (1, True)
    each = run(capsys, office, "print", "labels", "--per", "person", "--output", labels)
    assert (each.startswith("1 label"), "Domstraße 4" in page_text(labels)) == (True, True)
    shown = run(capsys, office, "show", "50001")
    assert (shown.count("Contact sheet printed"), shown.count("Address label printed")) == (1, 2)


def test_check_finds_a_sound_office(office: str, cards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, office, "import", cards)
    assert run_json(capsys, office, "check") == {"ok": True, "findings": []}


def test_a_repair_says_what_it_did_and_where_the_backup_is(
    office: str, cards: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, office, "import", cards)
    spoil(office)
    assert run_json(capsys, office, "check", status=1)["findings"][0]["kind"] == "index"
    repair = ["check", "--repair"]
    said = run(capsys, office, *repair).splitlines()
    assert said[:2] == [f"Repaired: The search index does not fit contact {number}." for number in (1, 2)]
    assert said[2] == "2 findings were repaired."
    assert "before-repair" in said[3]
    assert said[-1].startswith("Everything is in order")
    spoil(office)
    told = run_json(capsys, office, *repair)
    assert (told["ok"], told["repaired"], Path(told["backup"]).exists()) == (True, 2, True)
    assert run_json(capsys, office, *repair) == {"ok": True, "findings": [], "repaired": 0, "backup": ""}
    assert run_command(["--database", office, "check", "--backup-made"]) == 2


def spoil(office: str) -> None:
    """Let the search index say something else than the contacts."""
    database = open_office(office)
    with unit_of_work(database, "By hand", index=False) as work:
        work.session.execute(update(ContactSearch).values(text="nobody"))
    database.close()


def test_a_command_that_wrote_leaves_nothing_unsealed(
    office: str, cards: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, office, "import", cards)
    database = open_office(office)
    with database.read() as session:
        assert session.query(Operation).count() == session.query(Seal).count() > 0
    database.close()


def test_demo_makes_contacts(office: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, office, "demo", "--contacts", 12, "--seed", 3, "--activities", 20)
    assert run_json(capsys, office, "find", "--limit", 1)["total"] == 12


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["fly"], 2),
        (["find", "--nothing"], 2),
        (["show"], 2),
        (["print", "labels", "--first", "0", "--output", "x.pdf"], 2),
        (["export", "contacts", "--version", "9", "--output", "x.vcf"], 2),
        (["--demo", "find"], 2),
        (["import", "nowhere.vcf"], 1),
        (["print", "labels", "--sheet", "L1", "--output", "x.pdf"], 1),
        (["print", "list", "--filter", "No such list", "--output", "x.pdf"], 1),
        (["print", "list", "--columns", "shoe_size", "--output", "x.pdf"], 1),
        (["export", "contacts", "--output", "x.vcf"], 1),
        (["export", "contacts", "--format", "csv", "--output", "x.csv"], 1),
    ],
)
def test_errors_are_one_sentence(
    office: str, words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["--database", office, *words]) == status
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert "Traceback" not in said.err


def test_an_office_that_cannot_be_opened_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "no.gcrm").write_text("this is no office " * 100)
    assert run_command(["--database", str(tmp_path / "no.gcrm"), "find"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert run_command(["--database", "mysql://a/b", "find"]) == 1
    assert "mysql" in capsys.readouterr().err


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        assert run_command([name, "--help"]) == 0
        assert name in capsys.readouterr().out


def test_help_loads_neither_windows_nor_database() -> None:
    code = "import sys; from gcrm.cli import run_command; run_command(['--help']); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    loaded = done.stdout.splitlines()[-1]
    assert "'click'" in loaded
    assert not any(f"'{heavy}'" in loaded for heavy in ("PySide6", "sqlalchemy", "reportlab", "phonenumbers"))


def test_the_first_window_waits_for_no_database() -> None:
    code = "import sys; from gcrm.app import Program, start; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert "'gcrm.ui.main_window'" in done.stdout
    heavy = ("sqlalchemy", "gcrm.model.contact", "gcrm.ui.contact", "reportlab", "phonenumbers", "email", "asyncio")
    assert [name for name in heavy if f"'{name}'" in done.stdout] == []


def test_the_simulated_box_says_that_its_port_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with PhoneBox() as box:
        assert run_command(["telephony", "simulate", "--port", str(box.port)]) == 1
    assert str(box.port) in capsys.readouterr().err


def test_every_command_and_json_field_is_documented() -> None:
    text = (Path(__file__).parents[1] / "docs" / "cli.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"gcrm {name}" in text
    for field in ("records", "reported", "total", "matches", "quality", "findings"):
        assert f"`{field}`" in text or f'"{field}"' in text
