"""The laws of the house, each a test. What a law means stands with it in laws.py."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from tests import laws
from tests.source import ROOT, Module, everything, kept_files, program

# The one handler of everything unexpected: a task's, and that of the whole program.
LAST_HANDLERS = ("gcrm.ui.tasks", "gcrm.__main__")
# Triggers and revisions are written in SQL; what they insert into it are names of the model, never data.
WRITES_SQL = ("gcrm.model.migrations", "gcrm.model.triggers", "gcrm.model.guards", "gcrm.services.schema")
# The wrappers: plain text for labels and tool tips, for message boxes, and a browser that loads nothing.
SAFE_TEXTS = ("gcrm.ui.widgets.safe", "gcrm.ui.widgets.message", "gcrm.ui.widgets.safe_browser")
# A revision is written once by a tool and lists a whole schema.
REVISIONS = ("gcrm.model.migrations.versions",)


def uphold(
    law: laws.Law, *, within: str = "gcrm", but: Iterable[str] = (), modules: Iterable[Module] | None = None
) -> None:
    """Fail with every offence against a law in a part of the program, or in other modules."""
    asked = [module for module in modules or program() if modules or module.is_in(within)]
    found = [(module, *offence) for module in asked if not module.is_in(*but) for offence in law(module)]
    if found:
        lines = [f"{module.path}:{line} {what}" for module, line, what in found]
        pytest.fail("\n".join([law.__doc__ or "", *lines]), pytrace=False)


def test_every_function_fits_on_a_screen() -> None:
    uphold(laws.long_functions, modules=everything(), but=REVISIONS)


def test_every_file_has_one_subject() -> None:
    uphold(laws.long_files, modules=everything(), but=REVISIONS)


def test_errors_are_caught_by_name_but_for_the_last_handlers() -> None:
    uphold(laws.catch_alls, but=LAST_HANDLERS)


def test_imports_are_named() -> None:
    uphold(laws.star_imports, modules=everything())


def test_modules_are_named_after_their_subject() -> None:
    uphold(laws.drawers, modules=everything())


def test_nothing_changes_at_module_level() -> None:
    uphold(laws.module_state)


def test_there_is_one_style_sheet() -> None:
    uphold(laws.style_sheets, but=["gcrm.ui.theme"])


def test_colours_have_names() -> None:
    uphold(laws.colours, within="gcrm.ui", but=["gcrm.ui.theme.tokens"])


def test_the_event_loop_is_left_alone() -> None:
    uphold(laws.event_loops)


def test_questions_for_files_do_not_stop_the_program() -> None:
    uphold(laws.standing_questions, within="gcrm.ui")


def test_windows_leave_their_thread_in_one_place() -> None:
    uphold(laws.threads, within="gcrm.ui", but=["gcrm.ui.tasks"])


def test_windows_never_sleep() -> None:
    uphold(laws.sleeps, within="gcrm.ui")


def test_texts_are_never_taken_for_html() -> None:
    uphold(laws.unsafe_texts, but=SAFE_TEXTS)


def test_sql_is_never_glued_from_text() -> None:
    uphold(laws.sql_from_text, but=WRITES_SQL)


def test_xml_is_read_with_care() -> None:
    uphold(laws.unguarded_xml)


def test_there_is_no_browser_in_here() -> None:
    uphold(laws.web_engines)


def test_texts_to_translate_are_written_out() -> None:
    uphold(laws.glued_messages, but=["gcrm.i18n"])


def test_everything_here_is_finished() -> None:
    uphold(laws.unfinished, modules=everything())


def test_silenced_checks_say_why() -> None:
    uphold(laws.silenced_checks, modules=everything())


# A snippet that breaks each law: a law that never fails protects nothing.
BROKEN = [
    (laws.long_functions, "def f():\n" + "    x = 1\n" * 50),
    (laws.long_files, "x = 1\n" * 401),
    (laws.catch_alls, "try:\n    f()\nexcept Exception:\n    g()"),
    (laws.catch_alls, "try:\n    f()\nexcept:\n    g()"),
    (laws.catch_alls, "try:\n    f()\nexcept (OSError, Exception):\n    g()"),
    (laws.catch_alls, "with contextlib.suppress(Exception):\n    g()"),
    (laws.star_imports, "from gcrm.model import *"),
    (laws.module_state, "cache = {'a': 1}"),
    (laws.module_state, "_seen: set[str] = set()"),
    (laws.module_state, "SEEN = []"),
    (laws.module_state, "BY_NAME = defaultdict()"),
    (laws.module_state, "def f():\n    global count\n    count = 1"),
    (laws.style_sheets, "self.setStyleSheet('')"),
    (laws.colours, "x = 'color: #ff8800'"),
    (laws.colours, "QColor('#fff')"),
    (laws.event_loops, "QApplication.processEvents()"),
    (laws.standing_questions, "path, _ = QFileDialog.getOpenFileName(self)"),
    (laws.threads, "class Worker(QThread):\n    x = 1"),
    (laws.threads, "QThreadPool.globalInstance().start(f)"),
    (laws.threads, "threading.Thread(target=f).start()"),
    (laws.sleeps, "time.sleep(1)"),
    (laws.unsafe_texts, "QLabel(name)"),
    (laws.unsafe_texts, "QtWidgets.QLabel(name)"),
    (laws.unsafe_texts, "class Name(QLabel):\n    x = 1"),
    (laws.unsafe_texts, "QMessageBox.warning(self, 'a', name)"),
    (laws.unsafe_texts, "button.setToolTip(name)"),
    (laws.sql_from_text, "connection.execute(f'SELECT {name}')"),
    (laws.sql_from_text, "from sqlalchemy import text\ntext('SELECT ' + name)"),
    (laws.sql_from_text, "connection.exec_driver_sql('SELECT %s' % name)"),
    (laws.sql_from_text, "sa.text('SELECT {}'.format(name))"),
    (laws.sql_from_text, "query = f'DELETE FROM {table}'"),
    (laws.unguarded_xml, "import xml.etree.ElementTree as ET\nET.parse(path)"),
    (laws.unguarded_xml, "from xml.etree import ElementTree\nElementTree.fromstring(text)"),
    (laws.unguarded_xml, "from xml.etree.ElementTree import fromstring"),
    (laws.unguarded_xml, "from lxml import etree"),
    (laws.unguarded_xml, "import xml.sax"),
    (laws.web_engines, "from PySide6.QtWebEngineWidgets import QWebEngineView"),
    (laws.glued_messages, "_(f'{name} saved')"),
    (laws.glued_messages, "_('{} saved'.format(name))"),
    (laws.glued_messages, "_('saved ' + name)"),
    (laws.glued_messages, "N_(name)"),
    (laws.glued_messages, "ngettext('one', many, 2)"),
    (laws.unfinished, "x = 1  # TO" + "DO: more"),
    (laws.unfinished, "def f():\n    raise NotImplementedError"),
    (laws.silenced_checks, "x = f()  # type: " + "ignore"),
    (laws.silenced_checks, "x = f()  # type: " + "ignore[arg-type]"),
    (laws.silenced_checks, "x = f()  # no" + "qa: S101"),
    (laws.silenced_checks, "x = f()  # no" + "qa  because I say so"),
]
KEPT = [
    (laws.catch_alls, "try:\n    f()\nexcept (OSError, ValueError):\n    g()"),
    (laws.catch_alls, "try:\n    f()\nexcept BaseException:\n    g()\n    raise"),
    (laws.glued_messages, "_(SENTENCES.get(code, GENERAL))"),
    (laws.sql_from_text, "connection.execute(f'PRAGMA user_version = {number}')"),
    (laws.module_state, "NAMES = {'a': 1}\n__all__ = ['a']\nKINDS = frozenset()"),
    (laws.colours, "def f():\n    '''Issue #123.'''\n    return '#96*5*'"),
    (laws.sql_from_text, "connection.execute(select(Contact).where(Contact.name == name))\ntext('SELECT 1')"),
    (laws.sql_from_text, "canvas.text('Page ' + number)"),
    (laws.sql_from_text, "log(f'Select {name} in the list')"),
    (laws.unguarded_xml, "from xml.etree import ElementTree\nElementTree.Element('a')\njson.parse(text)"),
    (laws.unguarded_xml, "from defusedxml.ElementTree import fromstring\nfrom xml.sax.saxutils import escape"),
    (laws.glued_messages, "_('{name} saved').format(name=name)\n_(field.label)"),
    (laws.silenced_checks, "x = f()  # type: " + "ignore[arg-type]  # the stubs of Qt are wrong here"),
]


@pytest.mark.parametrize(("law", "source"), BROKEN)
def test_a_law_bites(law: laws.Law, source: str) -> None:
    assert list(law(Module.of("gcrm.ui.example", source)))


@pytest.mark.parametrize(("law", "source"), KEPT)
def test_a_law_lets_the_honest_pass(law: laws.Law, source: str) -> None:
    assert not list(law(Module.of("gcrm.ui.example", source)))


def test_a_drawer_is_found_by_its_name() -> None:
    assert list(laws.drawers(Module.of("gcrm.services.utils", "")))


# --- The project's own files --------------------------------------------------------------------------------------


@cache
def project() -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins() -> list[str]:
    """Read the lines of constraints.txt that pin something."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def plain(requirement: str) -> str:
    """Return a package's name as the registries compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement)[0]).lower()


def test_every_package_is_pinned() -> None:
    extras = project()["project"]["optional-dependencies"].values()
    wanted = {plain(name) for names in (project()["project"]["dependencies"], *extras) for name in names}
    assert wanted <= {plain(pin) for pin in pins()}


def test_a_pin_is_a_name_and_one_version() -> None:
    assert [pin for pin in pins() if not re.fullmatch(r"[\w.-]+==[\w.+!]+", pin)] == []
    assert len({plain(pin) for pin in pins()}) == len(pins())


def test_every_warning_fails_the_tests() -> None:
    options = project()["tool"]["pytest"]["ini_options"]
    assert options["filterwarnings"] == ["error"]
    assert options["xfail_strict"] is True
    assert {"--strict-markers", "--strict-config"} <= set(options["addopts"].split())


def test_types_are_checked_strictly() -> None:
    options = project()["tool"]["mypy"]
    assert options["strict"] is True
    assert set(options["files"]) >= {"src", "dev.py", "tests"}


def test_machines_run_what_the_readme_says() -> None:
    command = "python3 dev.py test"
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"exec {command} <" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    workflow = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    assert workflow.count("dev.py test") + workflow.count(".ci/run") == workflow.count("runs-on:")


def test_no_file_names_a_machine_or_a_registry() -> None:
    pieces = ["/wo" + "rk/", "/ro" + "ot/", "/tmp/bri" + "ef", "C:" + r"\\Users\\", "/home/[a-z]+/"]
    hosts = ["py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(org|com)", "registry" + r"\.[a-z]+\.[a-z]+"]
    found = re.compile(rf"(?<![\w.\-/])({'|'.join(pieces)})|({'|'.join(hosts)})")
    named_in = []
    for path in kept_files():
        text = path.read_bytes().decode("utf-8", errors="replace")
        named_in += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in found.finditer(text)]
    assert not named_in


def test_no_file_is_empty_or_huge() -> None:
    markers = ("py.typed", "__init__.py")
    sizes = {path: path.stat().st_size for path in kept_files() if path.name not in markers}
    assert [path.name for path, size in sizes.items() if size == 0 or size > 3_000_000] == []


def test_nothing_that_can_be_made_again_is_kept() -> None:
    made = {".mo", ".pyc", ".db", ".gcrm", ".log", ".qm"}
    assert [path.name for path in kept_files() if path.suffix in made] == []


def test_every_folder_of_tests_is_a_package() -> None:
    """Else two files of the same name in two folders cannot both be collected."""
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert [str(folder.relative_to(ROOT)) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
