"""Calendar files as they are written (RFC 5545): components with their lines, each kept as it came.

Read from bytes, by the lexer of contacts (content_line.py), in linear time. What is not closed is closed at the end,
what is closed without having begun is passed over; nothing is thrown away because its name is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services.exchange.content_line import ContentLine, content_lines, single_lines
from gcrm.services.exchange.encoding import decode
from gcrm.services.tidy import tidied

MOST_BYTES = 50_000_000
MOST_DEEP = 20
MOST_PROBLEMS = 200
FOLD = 75
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Property:
    """A line: name in capitals, parameters, the value as it is written, and the whole line unfolded."""

    name: str
    params: dict[str, str]
    value: str
    raw: str

    def text(self) -> str:
        """Return a value of type TEXT as it is read."""
        return unescape(self.value)


@dataclass(slots=True)
class Component:
    """A component with its lines and the components inside it, in their order."""

    name: str
    lines: list[Property] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        """Return the first line of a name, None without one."""
        return next((line for line in self.lines if line.name == name), None)

    def all(self, name: str) -> list[Property]:
        """Return the lines of a name."""
        return [line for line in self.lines if line.name == name]

    def text(self, name: str) -> str:
        """Return the text of the first line of a name, "" without one."""
        found = self.first(name)
        return found.text() if found is not None else ""

    def value(self, name: str) -> str:
        """Return the value of the first line of a name as written, "" without one."""
        found = self.first(name)
        return found.value.strip() if found is not None else ""

    def raw(self) -> list[str]:
        """Return all lines, unfolded, with BEGIN and END."""
        inner = [line for part in self.parts for line in part.raw()]
        return [f"BEGIN:{self.name}", *(line.raw for line in self.lines), *inner, f"END:{self.name}"]

    def walk(self) -> Iterator[Component]:
        """Yield this component and all that it holds."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read: line of the file (0: none), and a sentence."""

    line: int
    sentence: str


@dataclass(slots=True)
class Tree:
    """What a file holds. Components outside of any calendar stand beside the calendars."""

    parts: list[Component] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def walk(self) -> Iterator[Component]:
        """Yield all components."""
        for part in self.parts:
            yield from part.walk()


def read_tree(data: bytes) -> Tree:
    """Read a file. Raises UserError for one that is too large."""
    if len(data) > MOST_BYTES:
        raise UserError(_("The file is larger than 50 MB. Export the calendar in parts and import each."))
    tree = Tree()
    open_: list[Component] = []
    for line in content_lines(tidied(decode(data).text)):  # what is kept of it is written as it is here
        _take(line, tree, open_)
    return tree


def _take(line: ContentLine, tree: Tree, open_: list[Component]) -> None:
    """Put a line where it belongs."""
    head = line.head
    if head is None:
        if line.raw.strip() and len(tree.problems) < MOST_PROBLEMS:
            tree.problems.append(Problem(line.line, _("This line is none of a calendar: {text}").format(
                text=line.raw.strip()[:60])))  # fmt: skip
        return
    if head.name == "BEGIN":
        _begin(line, tree, open_)
    elif head.name == "END":
        name = line.value.strip().upper()
        if any(part.name == name for part in open_):
            while open_.pop().name != name:
                pass
    elif open_:
        params = dict(head.extra)
        if head.value:
            params["VALUE"] = head.value.upper()
        if head.types:
            params["TYPE"] = ",".join(head.types)
        open_[-1].lines.append(Property(head.name, params, line.value, line.raw))


def _begin(line: ContentLine, tree: Tree, open_: list[Component]) -> None:
    """Begin a component: inside the open one, or beside the others."""
    made = Component(line.value.strip().upper())
    if made.name == "VCALENDAR":
        open_.clear()
    if len(open_) >= MOST_DEEP:
        if len(tree.problems) < MOST_PROBLEMS:
            tree.problems.append(Problem(line.line, _("Too many components lie inside of each other.")))
        return
    (open_[-1].parts if open_ else tree.parts).append(made)
    open_.append(made)


def parse_lines(lines: Iterable[str]) -> Component | None:
    """Read a component that was kept as unfolded lines, None for none."""
    return next(iter(parse_parts(lines)), None)


def parse_parts(lines: Iterable[str]) -> list[Component]:
    """Read components that were kept as unfolded lines, one after the other."""
    tree, open_ = Tree(), list[Component]()
    for line in single_lines(lines):
        _take(line, tree, open_)
    return tree.parts


# --- values -------------------------------------------------------------------------------------------------------
def unescape(value: str) -> str:
    """Return a TEXT as it is read (RFC 5545 3.3.11)."""
    if "\\" not in value:
        return value
    parts, rest = [], iter(value)
    for letter in rest:
        if letter == "\\":
            following = next(rest, "")
            parts.append("\n" if following in "nN" and following else following)
        else:
            parts.append(letter)
    return "".join(parts)


def escape(text: str) -> str:
    """Return a TEXT as it is written."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(plain, written)
    return text


def split_list(value: str) -> list[str]:
    """Return the texts of a list; a comma behind a backslash does not part them."""
    parts: list[str] = []
    now: list[str] = []
    is_escaped = False
    for letter in value:
        if letter == "," and not is_escaped:
            parts.append("".join(now))
            now = []
            continue
        now.append(letter)
        is_escaped = letter == "\\" and not is_escaped
    return [unescape(part).strip() for part in [*parts, "".join(now)]]


def parameter(text: str) -> str:
    """Return the value of a parameter as it is written (RFC 6868)."""
    written = text.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    return f'"{written}"' if any(letter in written for letter in ':;,"') else written


def write_lines(lines: list[str]) -> bytes:
    """Return lines as the bytes of a file: folded at 75 octets between letters, CR LF at each end."""
    parts = (lines[start : start + _AT_ONCE] for start in range(0, len(lines), _AT_ONCE))
    return b"\r\n".join([_joined(part) for part in parts]) + b"\r\n"


def _joined(lines: list[str]) -> bytes:
    """Return some lines folded; most are short and plain."""
    text = "".join(lines)
    if text.isascii() and text.isprintable() and max(map(len, lines)) <= FOLD:
        return "\r\n".join(lines).encode()
    return b"\r\n".join([_folded(line) for line in lines])


def _folded(line: str) -> bytes:
    if len(line) <= FOLD and line.isascii() and line.isprintable():
        return line.encode()
    data = line.replace("\r", "").replace("\n", "\\n").encode("utf-8", "replace")
    if len(data) <= FOLD:
        return data
    pieces, start, room = [], 0, FOLD
    while start < len(data):
        end = min(len(data), start + room)
        while end < len(data) and data[end] & 0xC0 == 0x80:  # not within a letter
            end -= 1
        pieces.append(data[start:end])
        start, room = end, FOLD - 1
    return b"\r\n ".join(pieces)
