"""The built program, as people get it: it starts without Python and does what the tour does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcrm import __version__
from tests.postgres import _free_port
from tests.services.dav.device import DISCOVER, Device
from tests.source import ROOT

STEPS = 8  # import, find, call, log, complete, contact sheet, list, labels
LARGEST = 400_000_000  # bytes; 260 million when this was written


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Build the program once and give its folder; it is too large to be kept like other test results."""
    target = tmp_path_factory.mktemp("package")
    command = [sys.executable, str(ROOT / "dev.py"), "package", str(target)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == target / "gcrm"
    yield target / "gcrm"
    shutil.rmtree(target)


def start(built: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the built program with none of this environment's Python around."""
    return subprocess.run(
        [program_of(built), *words],
        cwd=home,
        env=surroundings(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def program_of(built: Path) -> Path:
    """Return the built program."""
    return built / ("gcrm.exe" if os.name == "nt" else "gcrm")


def surroundings(home: Path) -> dict[str, str]:
    """Return the environment of the built program."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL", "QT_"))}
    # The language and data of whoever builds must not matter; LC_ALL stays as conftest.py sets it.
    return kept | {"HOME": str(home), "GCRM_DATA": str(home / "data"), "QT_QPA_PLATFORM": "offscreen"}


def test_the_built_program_says_its_version(built: Path, tmp_path: Path) -> None:
    done = start(built, tmp_path, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert __version__ in done.stdout


def test_the_built_program_takes_the_tour(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tour"
    done = start(built, tmp_path, "tour", "--folder", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    assert len([line for line in done.stdout.splitlines() if line.strip()]) >= STEPS
    assert list(folder.rglob("*.png"))
    assert len(list(folder.rglob("*.pdf"))) >= 3
    assert all(file.read_bytes().startswith(b"%PDF-") for file in folder.rglob("*.pdf"))


def test_the_built_program_serves_phones(built: Path, tmp_path: Path) -> None:
    told = json.loads(start(built, tmp_path, "dav", "password", "--json").stdout)
    words = ["--host", "127.0.0.1", "--port", str(_free_port()), "--plain", "--attached", "--json"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [program_of(built), "dav", "serve", *words], cwd=tmp_path, env=surroundings(tmp_path), stdin=pipe, stdout=pipe,
        text=True,
    ) as serving:  # fmt: skip
        assert serving.stdout is not None
        phone = Device(json.loads(serving.stdout.readline())["port"], told["login"], told["password"])
        found = phone.ask("PROPFIND", "/", DISCOVER, Depth="0")
        assert (found.status, f"/{told['login']}/" in found.text) == (207, True)
        serving.communicate()
        assert serving.returncode == 0


def test_the_built_program_refuses_wrong_use_in_one_sentence(built: Path, tmp_path: Path) -> None:
    done = start(built, tmp_path, "fly")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "fly" in done.stderr


def test_the_build_brings_nothing_of_the_build_machine(built: Path) -> None:
    names = {path.name.lower() for path in built.rglob("*")}
    assert [name for name in names if name.startswith(("libgtk", "libgdk", "libqgtk", "libwayland-server"))] == []


def test_the_build_speaks_three_languages(built: Path) -> None:
    catalogues = {path.parts[-3] for path in built.rglob("LC_MESSAGES/gcrm.mo")}
    assert catalogues == {"de", "pt"}
    locales = {path.stem.split("_")[0] for path in built.rglob("locale-data/*.dat")}
    assert locales == {"root", "de", "en", "pt"}
    assert list(built.rglob("qtbase_de.qm"))
    assert list(built.rglob("qtbase_pt_BR.qm"))  # Qt has no texts of Portugal


def test_the_build_is_not_larger_than_it_must_be(built: Path) -> None:
    assert sum(path.lstat().st_size for path in built.rglob("*") if path.is_file()) < LARGEST
