"""dev.py: every command sets up what is missing, costs nothing when nothing is, and says errors in one sentence."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dev
import pytest

from tests.source import ROOT


def start(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run dev.py as a person does, from some folder."""
    return subprocess.run(
        [sys.executable, str(ROOT / "dev.py"), *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give dev.py a project of its own, in a folder with a space, in which everything is done already."""
    root = tmp_path / "my project"
    venv = root / ".venv"
    venv.mkdir(parents=True)
    for name, text in (("pyproject.toml", "[project]\n"), ("constraints.txt", "alembic==1\n")):
        (root / name).write_text(text)
    (venv / "pyvenv.cfg").write_text("version = 3.11.7\n")
    (venv / "python").touch()
    places = {"ROOT": root, "VENV": venv, "PYTHON": venv / "python", "CATALOGUES": root / "translations"}
    for name, place in places.items():
        monkeypatch.setattr(dev, name, place)
    dev.remember("system", dev.digest(*dev.SYSTEM_PACKAGES))
    dev.remember("packages", dev.digest())
    return root


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Remember what dev.py starts in the environment instead of starting it."""
    commands: list[tuple[str, ...]] = []

    def call(*command: str, **_options: Any) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr(dev, "call", call)
    return commands


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail as soon as dev.py starts any process."""

    def refuse(*command: object, **_options: object) -> None:
        pytest.fail(f"started {command}")

    monkeypatch.setattr(subprocess, "call", refuse)
    monkeypatch.setattr(subprocess, "run", refuse)


@pytest.mark.usefixtures("no_process")
def test_a_set_up_that_is_done_starts_nothing(project: Path) -> None:
    dev.set_up()


@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt", ".venv/pyvenv.cfg"])
def test_what_the_set_up_depends_on_makes_it_happen_again(project: Path, changed: str) -> None:
    assert dev.is_done("packages", dev.digest())
    with (project / changed).open("a") as stream:
        stream.write("# more\n")
    assert not dev.is_done("packages", dev.digest())


def test_a_moved_project_is_set_up_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "ROOT", project.parent)
    assert not dev.is_done("packages", dev.digest())


def test_an_environment_without_python_is_made_again(project: Path) -> None:
    dev.PYTHON.unlink()
    assert not dev.is_done("packages", dev.digest())


def test_a_new_system_package_is_noticed(project: Path) -> None:
    assert dev.is_done("system", dev.digest(*dev.SYSTEM_PACKAGES))
    assert not dev.is_done("system", dev.digest(*dev.SYSTEM_PACKAGES, "another"))


def test_stale_translations_are_compiled(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[list[str]] = []
    monkeypatch.setattr(dev, "must", lambda command, _sentence: steps.append(command))
    source = dev.CATALOGUES / "de" / "LC_MESSAGES" / "gcrm.po"
    source.parent.mkdir(parents=True)
    source.touch()
    dev.set_up()
    assert len(steps) == 1
    source.with_suffix(".mo").touch()
    dev.set_up()
    assert len(steps) == 1


def test_a_renamed_package_counts_by_what_it_provides(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"installed {name} " for name in dev.wanted_packages() if name not in ("libcups2", "xvfb", "xauth")]
    lines += ["installed libcups2t64 libcups2 (= 2.4.7), other (= 1)", "config-files xauth "]
    monkeypatch.setattr(dev, "ask", lambda _command: "\n".join(lines))
    assert dev.missing_packages() == ["xvfb", "xauth"]


def test_who_is_not_root_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(dev, "is_debian", lambda: True)
    monkeypatch.setattr(dev, "missing_packages", lambda: ["xvfb"])
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert not dev.set_up_system()
    said = capsys.readouterr()
    assert "sudo apt-get install" in said.err
    assert "xvfb" in said.err
    assert said.out == ""


def test_other_systems_are_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(dev, "is_debian", lambda: False)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/dnf" if name == "dnf" else None)
    assert dev.set_up_system()
    assert dev.ELSEWHERE["dnf"] in capsys.readouterr().err


@pytest.mark.parametrize("command", [[sys.executable, "-c", "raise SystemExit(3)"], ["gcrm-no-such-program"]])
def test_a_failed_step_is_one_sentence(command: list[str]) -> None:
    with pytest.raises(dev.SetUpError, match=r"^It could not be made\."):
        dev.must(command, "It could not be made.")


def test_a_failed_set_up_says_why(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise dev.SetUpError("The packages could not be installed.")

    monkeypatch.setattr(dev, "set_up", fail)
    assert dev.main(["setup"]) == 1
    assert capsys.readouterr() == ("", "The packages could not be installed.\n")


def test_an_unknown_command_is_refused_in_one_sentence(tmp_path: Path) -> None:
    done = start("fly", folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("There is no command 'fly'; there are run, test, bench, ")


def test_without_a_command_the_usage_is_shown(tmp_path: Path) -> None:
    assert (start(folder=tmp_path).returncode, start("--help", folder=tmp_path).returncode) == (2, 0)
    assert all(f"python3 dev.py {name}" in start("--help", folder=tmp_path).stdout for name in dev.COMMANDS)


@pytest.mark.parametrize("words", [["screenshots"], ["screenshots", "a", "b"], ["package", "a", "b"]])
def test_wrong_arguments_are_refused(
    project: Path, words: list[str], started: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(words) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert started == []


def test_the_callers_python_does_not_leak_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in dev.FOREIGN_VARIABLES:
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    variables = dev.environment()
    assert not set(dev.FOREIGN_VARIABLES) & set(variables)
    assert (variables["PYTHONUTF8"], variables["QT_QPA_PLATFORM"]) == ("1", "offscreen")


@pytest.mark.parametrize(
    ("failing", "stages"), [("ruff", ["ruff"]), ("mypy", ["ruff", "pytest"]), ("pytest", ["ruff", "pytest"])]
)
def test_a_stage_that_fails_is_the_end(failing: str, stages: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def call(_m: str, stage: str, *_words: str) -> int:
        done.append(stage)
        return 3 if stage == failing else 0

    @contextmanager
    def beside(_m: str, stage: str) -> Iterator[Callable[[], int]]:
        yield lambda: 3 if stage == failing else 0

    monkeypatch.setattr(dev, "call", call)
    monkeypatch.setattr(dev, "beside", beside)
    assert dev.test([]) == 3
    assert done == stages


def test_all_stages_pass(started: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def beside(*command: str) -> Iterator[Callable[[], int]]:
        started.append(command)
        yield lambda: 0

    monkeypatch.setattr(dev, "beside", beside)
    assert dev.test([]) == 0
    assert [command[1] for command in started] == ["ruff", "mypy", "pytest"]


def test_what_runs_beside_the_tests_is_heard_and_ends_with_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    with dev.beside("-c", "print('a finding'); raise SystemExit(4)") as end:
        assert end() == 4
    assert capsys.readouterr().out.strip() == "a finding"
    with pytest.raises(KeyboardInterrupt), dev.beside("-c", "import threading; threading.Event().wait()"):
        raise KeyboardInterrupt


def test_arguments_go_to_pytest_alone(started: list[tuple[str, ...]]) -> None:
    assert dev.test(["tests/model", "-k", "name"]) == 0
    assert started == [("-m", "pytest", "tests/model", "-k", "name")]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.parametrize(("display", "word"), [("", "tour"), (":0", "--demo")])
def test_without_a_display_the_tour_is_taken(
    display: str, word: str, project: Path, started: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", display)
    dev.run([])
    assert word in started[0]
    assert (project / "demo").is_dir()


def test_a_newer_python_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Path(dev.find_newer_python()).exists()
    monkeypatch.setattr(dev, "ask", lambda _command: "")
    with pytest.raises(dev.SetUpError, match=r"gCRM needs Python 3\.11"):
        dev.find_newer_python()


def test_an_older_python_can_read_it_and_it_needs_nothing_else() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 8))
    origins = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    origins |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {(origin or "").partition(".")[0] for origin in origins} <= sys.stdlib_module_names


@pytest.mark.skipif(os.name == "nt", reason="an executable bit is Unix's")
def test_it_can_be_started_by_its_name() -> None:
    assert os.access(ROOT / "dev.py", os.X_OK)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
