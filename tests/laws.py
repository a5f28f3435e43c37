"""The laws of the house that can be read off the source, one function each.

A law takes a module and yields the line and the words of each offence. To add one: write it here, add a test of one
line to test_house.py, and a snippet that breaks it to BROKEN there.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator

from tests.source import Module

Offence = tuple[int, str]
Law = Callable[[Module], Iterator[Offence]]

LONGEST_FUNCTION = 50
LONGEST_FILE = 400
CONTAINERS = {"list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict", "WeakSet"}
CONTAINERS |= {"WeakKeyDictionary", "WeakValueDictionary"}
COLOUR = re.compile(r"(?<![\w&])#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})(?!\w)")
SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|NOTIFY|LISTEN|ATTACH|VACUUM|WITH)\s")
RUNS_SQL = {"text", "exec_driver_sql", "execute", "executemany", "executescript", "DDL"}
READS_XML = {"parse", "fromstring", "fromstringlist", "XML", "XMLID", "iterparse", "XMLParser", "XMLPullParser"}
SHOWS_TEXT = {f"QMessageBox.{kind}" for kind in ("information", "warning", "critical", "question", "about")}
SHOWS_TEXT |= {"QToolTip.showText"}
STOPS = ["getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory", "getItem", "getInt"]
STOPS += ["getText", "getMultiLineText", "getDouble", "getColor", "getFont"]
SILENCED = re.compile(r"#\s*(type:\s*ignore|noqa)(\[[\w, -]+\]|:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)?(?P<reason>.*)")


def called(node: ast.AST) -> str:
    """Return the last name of what a call calls: `a.b.c(...)` gives "c"; "" when it is no call."""
    if not isinstance(node, ast.Call):
        return ""
    return named(node.func)


def named(node: ast.AST) -> str:
    """Return the last part of a dotted name, "" when it is none."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def calls(module: Module, *names: str) -> Iterator[ast.Call]:
    """Yield every call of one of these names."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and called(node) in names:
            yield node


def docstrings(module: Module) -> set[int]:
    """Return the identities of the nodes that are documentation."""
    found = set()
    for node in module.nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
    return found


def comments(module: Module) -> Iterator[Offence]:
    """Yield line and text of every comment."""
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def long_functions(module: Module) -> Iterator[Offence]:
    """A function fits on a screen."""
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield node.lineno, f"{node.name} has {length} lines"


def long_files(module: Module) -> Iterator[Offence]:
    """A file has one subject."""
    length = module.text.count("\n")
    if length > LONGEST_FILE:
        yield length, f"has {length} lines"


def catch_alls(module: Module) -> Iterator[Offence]:
    """An error is caught by its name; who catches all of them to clean up raises them again."""
    for node in module.nodes:
        if isinstance(node, ast.ExceptHandler) and not _raises_again(node):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or named(kind) in ("Exception", "BaseException") for kind in kinds):
                yield node.lineno, "catches everything"
    for call in calls(module, "suppress"):
        if any(named(kind) in ("Exception", "BaseException") for kind in call.args):
            yield call.lineno, "suppresses everything"


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def star_imports(module: Module) -> Iterator[Offence]:
    """What is imported is named."""
    yield from ((line, f"imports {name}") for line, name in module.imports() if name.endswith(".*"))


def drawers(module: Module) -> Iterator[Offence]:
    """A module is named after its subject."""
    last = module.name.split(".")[-1]
    if last in ("util", "utils", "helper", "helpers", "common", "misc", "tools"):
        yield 1, f"{last} is no subject"


def module_state(module: Module) -> Iterator[Offence]:
    """Nothing changes at module level: no container with a variable's name, none that begins empty, no `global`."""
    for node in module.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        value = getattr(node, "value", None)
        for target in targets:
            name = named(target)
            if name.startswith("__") or value is None or not _is_container(value):
                continue
            if name != name.upper() or _is_empty(value):
                yield node.lineno, f"{name} can change"
    for inner in module.nodes:
        if isinstance(inner, ast.Global):
            yield inner.lineno, f"global {', '.join(inner.names)}"


def _is_container(value: ast.expr) -> bool:
    displays = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
    return isinstance(value, displays) or called(value) in CONTAINERS


def _is_empty(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return not value.args and not value.keywords
    return isinstance(value, ast.List | ast.Dict) and not ast.unparse(value).strip("[]{}")


def style_sheets(module: Module) -> Iterator[Offence]:
    """There is one style sheet, the application's."""
    yield from ((call.lineno, "setStyleSheet") for call in calls(module, "setStyleSheet"))


def colours(module: Module) -> Iterator[Offence]:
    """A colour is a token with a name."""
    documentation = docstrings(module)
    for node in module.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            found = COLOUR.search(node.value)
            if found:
                yield node.lineno, f"colour {found.group()}"


def event_loops(module: Module) -> Iterator[Offence]:
    """Nobody turns the event loop by hand."""
    yield from ((call.lineno, called(call)) for call in calls(module, "processEvents", "sendPostedEvents"))


def standing_questions(module: Module) -> Iterator[Offence]:
    """A question is opened, not executed: what stops until it is answered stops calls and reminders with it."""
    for call in calls(module, *STOPS):
        asked = call.func.value if isinstance(call.func, ast.Attribute) else None
        if asked is not None and named(asked) in ("QFileDialog", "QInputDialog", "QColorDialog", "QFontDialog"):
            yield call.lineno, f"{named(asked)}.{called(call)}"


def threads(module: Module) -> Iterator[Offence]:
    """Work leaves the window's thread in one place."""
    makers = ("QThread", "QThreadPool", "Thread", "ThreadPoolExecutor", "ProcessPoolExecutor", "QRunnable")
    yield from ((call.lineno, f"makes a {called(call)}") for call in calls(module, *makers))
    for node in module.nodes:
        if isinstance(node, ast.ClassDef):
            yield from ((node.lineno, f"is a {named(base)}") for base in node.bases if named(base) in makers)
        elif isinstance(node, ast.Attribute) and node.attr == "globalInstance" and named(node.value) == "QThreadPool":
            yield node.lineno, "uses the global pool"


def sleeps(module: Module) -> Iterator[Offence]:
    """A window never sleeps."""
    yield from ((call.lineno, called(call)) for call in calls(module, "sleep", "msleep", "usleep", "qWait", "qSleep"))


def unsafe_texts(module: Module) -> Iterator[Offence]:
    """Texts are shown by wrappers that never take data for HTML."""
    for node in module.nodes:
        if isinstance(node, ast.ClassDef):
            risky = [named(base) for base in node.bases if named(base) in ("QLabel", "QMessageBox")]
            yield from ((node.lineno, f"is a {name}") for name in risky)
        elif isinstance(node, ast.Attribute) and f"{named(node.value)}.{node.attr}" in SHOWS_TEXT:
            yield node.lineno, f"{named(node.value)}.{node.attr}"
    makers = ("QLabel", "QMessageBox", "setToolTip", "setWhatsThis", "setHtml", "insertHtml", "appendHtml")
    yield from ((call.lineno, f"{called(call)}(...)") for call in calls(module, *makers, "setMarkdown"))


def sql_from_text(module: Module) -> Iterator[Offence]:
    """A statement is never glued together from pieces of text."""
    for call in calls(module, *RUNS_SQL):
        if call.args and _is_glued(call.args[0]) and not _is_other_text(module, call):
            yield call.lineno, f"{called(call)} of a glued text"
    for node in module.nodes:
        if isinstance(node, ast.JoinedStr) and _is_glued(node) and _begins_as_sql(node):
            yield node.lineno, "a statement with values in it"


def _is_other_text(module: Module, call: ast.Call) -> bool:
    """Tell whether a call of `text` is of something else than SQLAlchemy's."""
    origin = ast.unparse(call.func).rpartition(".")[0]
    is_sql = origin in ("sa", "sqlalchemy") or ("sqlalchemy.text" in {name for _, name in module.imports()})
    return called(call) == "text" and not is_sql


def _is_glued(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        begin = node.values[0] if node.values else None
        is_pragma = isinstance(begin, ast.Constant) and str(begin.value).startswith("PRAGMA ")  # takes no parameters
        return not is_pragma and any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        return any(isinstance(part, ast.Constant | ast.JoinedStr | ast.BinOp) for part in (node.left, node.right))
    return called(node) in ("format", "join", "replace", "format_map") and isinstance(node, ast.Call)


def _begins_as_sql(node: ast.JoinedStr) -> bool:
    first = node.values[0]
    return isinstance(first, ast.Constant) and SQL.match(str(first.value)) is not None


def unguarded_xml(module: Module) -> Iterator[Offence]:
    """XML from outside is read by defusedxml; the standard library may write it."""
    builders = set()
    for line, name in module.imports():
        if name.startswith(("lxml", "xml.dom", "xml.parsers")) or name == "xml.sax" or name.startswith("xml.sax."):
            if not name.startswith("xml.sax.saxutils"):
                yield line, f"imports {name}"
        elif name.startswith("xml.etree"):
            if name.rpartition(".")[2] in READS_XML:
                yield line, f"imports {name}"
            builders.add(line)
    if builders:
        aliases = _names_bound_in(module, builders)
        for call in calls(module, *READS_XML):
            if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value).split(".")[0] in aliases:
                yield call.lineno, f"{ast.unparse(call.func)}"


def _names_bound_in(module: Module, lines: set[int]) -> set[str]:
    imports = [node for node in module.nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    aliases = [alias for node in imports if node.lineno in lines for alias in node.names]
    return {alias.asname or alias.name.split(".")[0] for alias in aliases}


def web_engines(module: Module) -> Iterator[Offence]:
    """No browser lives in this program."""
    for line, name in module.imports():
        if name.startswith(("PySide6.QtWebEngine", "PySide6.QtWebView")):
            yield line, f"imports {name}"


def glued_messages(module: Module) -> Iterator[Offence]:
    """A text to translate is written out, so that it can be found; values come by .format afterwards."""
    for call in calls(module, "N_", "ngettext"):
        texts = call.args[: 2 if called(call) == "ngettext" else 1]
        if not all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts):
            yield call.lineno, f"{called(call)} of something not written out"
    for call in calls(module, "_"):
        if not call.args or isinstance(call.args[0], ast.JoinedStr | ast.BinOp) or _is_glued(call.args[0]):
            yield call.lineno, "_ of something not written out"


def unfinished(module: Module) -> Iterator[Offence]:
    """What is here is finished."""
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    if marks.search(module.text):
        yield from ((line, text) for line, text in comments(module) if marks.search(text))
    for node in module.nodes:
        if isinstance(node, ast.Raise) and node.exc is not None:
            kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if named(kind) == "NotImplementedError":
                yield node.lineno, "is not implemented"


def silenced_checks(module: Module) -> Iterator[Offence]:
    """Who silences a check says which one, and why."""
    for line, text in comments(module) if SILENCED.search(module.text) else ():
        found = SILENCED.search(text)
        if found and (len(found["reason"].strip(" #-:")) < 5 or not (found[2] or "")):
            yield line, text
