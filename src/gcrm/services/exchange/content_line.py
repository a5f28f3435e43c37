"""Content lines of vCard and its relatives, read in linear time (RFC 6350 3.3, RFC 2425 5.8, vCard 2.1 section 2).

    group.NAME;PARAM=value;PARAM="a,b":value

Each character is looked at a fixed number of times: lines are split once, put together by one join, and cut at
positions that `find` gives. There is no pattern that could try again. Physical line numbers are kept throughout, so
that every line of a file can be accounted for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gcrm.i18n import N_

MAX_LINE = 8_000_000
TOO_LONG = N_("The line is longer than 8 MB")
NO_CONTENT_LINE = N_("Not a line of a contact: no name and colon at its beginning")
_LONGEST_NAME = 72  # group, name and colon stand on one physical line, else a name could be taken for base64
_CACHED_HEADS = 4096
_LONGEST_CACHED = 200
_BASE64 = str.maketrans("", "", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
_NAME = str.maketrans("", "", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_BARE_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"})
_BARE_VALUES = frozenset({"INLINE", "CONTENT-ID", "CID", "URI"})
_FOLDED_HEAD = 5  # physical lines over which a head may be folded and its encoding still be seen at once
_CONTINUING = ("", " ", "\t")
_LEADING = " \t\ufeff"
_FOLD_WIDTHS = range(73, 79)


class Head(NamedTuple):
    """What stands before the colon: `types` lower case and without `pref`; `extra` are the other parameters."""

    group: str
    name: str
    written: str
    types: tuple[str, ...] = ()
    preference: int = 0
    encoding: str = ""
    charset: str = ""
    value: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    is_plain: bool = True


class ContentLine(NamedTuple):
    """One unfolded line: value as written (still escaped and encoded), `raw` whole, its physical lines.

    `physical` is the number of physical lines that are not blank, `line` the first of them (from 1). `head` is None for
    a line that is no content line; `problem` then says why. `is_old` tells version 2.1.
    """

    head: Head | None
    value: str
    raw: str
    line: int
    physical: int
    problem: str = ""
    is_old: bool = False


def split_lines(text: str) -> list[str]:
    """Split at CR LF, LF, CR and at the CR CR LF of files that were converted twice; nowhere else."""
    if "\r" in text:
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


def count_lines(text: str) -> int:
    """Return the number of physical lines that are not blank."""
    return sum(1 for line in split_lines(text) if not _is_blank(line))


def content_lines(text: str) -> Iterator[ContentLine]:
    """Yield the content lines of a text, garbage included, in order."""
    return _Lexer(text).lines()


def single_lines(texts: Iterable[str]) -> Iterator[ContentLine]:
    """Yield the content lines of texts that were unfolded before, each by itself; what heads say is learnt once."""
    lexer = _Lexer("")
    for text in texts:
        yield from lexer.again(text)


def _is_blank(line: str) -> bool:
    return not line or line.isspace() or line == "\ufeff"


class _Lexer:
    """Joins physical lines to logical ones; keeps what was learnt about the heads, which repeat card by card."""

    def __init__(self, text: str) -> None:
        self._physical = split_lines(text.replace("\0", "\ufffd") if "\0" in text else text)
        self._heads: dict[str, Head] = {}
        self._simple: dict[str, Head] = {}  # those after which a line ends where it ends
        self._is_old = False
        self._indent = ""  # before BEGIN:VCARD: of a contact that stands indented as a whole

    def again(self, text: str) -> Iterator[ContentLine]:
        """Yield the lines of another text."""
        self._physical = split_lines(text.replace("\0", "\ufffd") if "\0" in text else text)
        self._is_old, self._indent = False, ""
        return self.lines()

    def lines(self) -> Iterator[ContentLine]:
        physical = self._physical
        index, end = 0, len(physical)
        simple = self._simple
        while index < end:
            first = physical[index]
            # Nearly all lines: a head that came before, and a next line that can be no continuation.
            colon = first.find(":")
            head = simple.get(first[:colon]) if colon > 0 else None
            follows = physical[index + 1][:1] if head is not None and index + 1 < end else ""
            if head is not None and follows not in _CONTINUING and len(first) <= MAX_LINE:
                index += 1
                yield ContentLine(head, first[colon + 1 :], first, index, 1, "", self._is_old)
                continue
            if _is_blank(first):
                index += 1
                continue
            start = index
            if first[0] in _LEADING:
                first = first.lstrip(_LEADING)
            if _is_frame(first):
                self._indent = self._indent_at(index)
                simple = {} if self._indent else self._simple
            head, value = self._cut(first)
            pieces = [first]
            index, count = (start + 1, 1) if _is_frame(first) else self._continue(pieces, head, start + 1)
            if len(pieces) == 1:
                raw = first
            else:
                raw = "".join(pieces)
                head, value = self._cut(raw)
            yield self._line(head, value, raw, start + 1, count)

    def _line(self, head: Head | None, value: str, raw: str, line: int, count: int) -> ContentLine:
        if len(raw) > MAX_LINE:
            return ContentLine(None, "", "", line, count, TOO_LONG)
        if head is None:
            return ContentLine(None, value, raw, line, count, NO_CONTENT_LINE)
        if head.name == "VERSION":
            self._is_old = value.strip() == "2.1"
        return ContentLine(head, value, raw, line, count, "", self._is_old)

    def _continue(self, pieces: list[str], head: Head | None, index: int) -> tuple[int, int]:
        """Append the physical lines that belong to the logical one; return the next index and the lines taken."""
        physical, end = self._physical, len(self._physical)
        is_quoted = head is not None and head.encoding == "QUOTED-PRINTABLE"
        is_base64 = head is not None and head.encoding == "B"
        count = 1
        while index < end:
            line = physical[index]
            if is_quoted and pieces[-1].endswith("="):
                if _is_frame(line) or (_is_blank(line) and self._property_follows(index)):
                    break
                if not _is_blank(line):
                    pieces[-1] = pieces[-1][:-1]
                    pieces.append(line)
            elif not line:
                pass
            elif line[0] in " \t":
                if _is_frame(line) or (self._indent and self._begins_indented(line)):
                    break
                pieces.append(self._unfolded(line, len(physical[index - 1])))
                if head is None and len(pieces) < _FOLDED_HEAD:
                    head, _value = self._cut("".join(pieces))
                    is_quoted = head is not None and head.encoding == "QUOTED-PRINTABLE"
                    is_base64 = head is not None and head.encoding == "B"
            elif is_base64 and not line.translate(_BASE64):
                pieces.append(line)
            else:
                break
            count += not _is_blank(line)
            index += 1
        return index, count

    def _indent_at(self, index: int) -> str:
        """Return the blanks before a frame where the line after it stands as far in, "" otherwise."""
        written = self._physical[index].lstrip("\ufeff")
        indent = written[: len(written) - len(written.lstrip(" \t"))]
        return indent if indent and "".join(self._physical[index + 1 : index + 2]).startswith(indent) else ""

    def _begins_indented(self, line: str) -> bool:
        """Tell whether a line of an indented contact is a property: as far in as its beginning, and with a head."""
        rest = line[len(self._indent) :]
        return line.startswith(self._indent) and rest[:1] not in _CONTINUING and self._cut(rest)[0] is not None

    def _unfolded(self, line: str, width_before: int) -> str:
        """Take away the fold: one blank. Version 2.1 folds at blanks and keeps them, unless cut at full width."""
        return line if self._is_old and width_before not in _FOLD_WIDTHS else line[1:]

    def _property_follows(self, index: int) -> bool:
        """Tell whether the next line that is not blank begins a property (or the file ends)."""
        for line in self._physical[index : index + 50]:
            if not _is_blank(line):
                head, _value = self._cut(line)
                return head is not None
        return True

    def _cut(self, raw: str) -> tuple[Head | None, str]:
        """Cut at the first colon outside quotes; (None, raw) if there is none or what precedes is no name."""
        colon = raw.find(":")
        if colon < 0:
            return None, raw
        text = raw[:colon]
        if '"' in text:
            colon = _end_of_head(raw)
            text = raw[:colon]
        head = self._heads.get(text)
        if head is None:
            head = parse_head(text)
            if head is None:
                return None, raw
            if len(text) <= _LONGEST_CACHED and len(self._heads) < _CACHED_HEADS:
                self._heads[text] = head
                if '"' not in text and text[0] not in _LEADING and head.name != "VERSION" and _is_ending(head):
                    self._simple[text] = head
        return head, raw[colon + 1 :]


def _is_ending(head: Head) -> bool:
    """Tell whether a value is at its end with its line, unless the next one begins with a blank."""
    return head.encoding not in ("QUOTED-PRINTABLE", "B")


def _is_frame(line: str) -> bool:
    """Tell BEGIN:VCARD and END:VCARD, which no continuation swallows."""
    word = line.strip() if len(line) < 40 else ""
    return word[:4].upper() in ("BEGI", "END:") and word.upper() in ("BEGIN:VCARD", "END:VCARD")


def _end_of_head(raw: str) -> int:
    """Return the position of the first colon outside quotes; of the first colon where a quote is never closed."""
    position = first = raw.find(":")
    quote = raw.find('"')
    while 0 <= quote < position:
        closing = raw.find('"', quote + 1)
        if closing < 0:
            return first
        quote = raw.find('"', closing + 1)
        if closing > position:
            position = raw.find(":", closing + 1)
            if position < 0:
                return first
    return position


def parse_head(text: str) -> Head | None:
    """Return group, name and parameters of a head, None if its name is none."""
    parts = _split_outside_quotes(text, ";") if '"' in text else text.split(";")
    group, dot, written = parts[0].strip().rpartition(".")
    if not written or written.translate(_NAME) or (dot and group.translate(_NAME)):
        return None
    if len(group) + len(written) > _LONGEST_NAME:
        return None
    if len(parts) == 1:
        return Head(group, written.upper(), written)
    return _with_parameters(group, written, parts[1:])


def _with_parameters(group: str, written: str, parts: list[str]) -> Head:
    types: dict[str, None] = {}
    told = {"ENCODING": "", "CHARSET": "", "VALUE": "", "PREF": ""}
    extra: list[tuple[str, str]] = []
    is_plain = True
    for part in parts:
        name, equals, text = part.partition("=")
        name = name.strip().upper()
        if not equals:
            name, text, is_plain = _bare(name), name, False
        elif name.translate(_NAME):
            name, is_plain = "".join(letter for letter in name if not letter.translate(_NAME)), False
        if name == "TYPE":
            types.update(dict.fromkeys(_type_values(text)))
        elif name in told:
            told[name] = told[name] or _unquote(text).strip()
        elif name:
            extra.append((name, _unquote(text)))
    encoding = told["ENCODING"].upper()
    encoding = "B" if encoding == "BASE64" else encoding
    preference = _preference(told["PREF"], extra)
    if "pref" in types:
        del types["pref"]
        preference = preference or 1
    is_plain = is_plain and encoding != "QUOTED-PRINTABLE" and not told["CHARSET"]
    return Head(
        group,
        written.upper(),
        written,
        tuple(types),
        preference,
        encoding,
        told["CHARSET"],
        told["VALUE"].lower(),
        tuple(extra),
        is_plain,
    )


def _preference(text: str, extra: list[tuple[str, str]]) -> int:
    """Return PREF as 1 to 100 (RFC 6350 5.3), 0 without; anything else is kept among the other parameters."""
    if text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= 100:
        return int(text)
    if text:
        extra.append(("PREF", text))
    return 0


def _bare(word: str) -> str:
    """Return the parameter a bare word of vCard 2.1 belongs to (2.1.3: the name may be left out)."""
    if word in _BARE_ENCODINGS:
        return "ENCODING"
    return "VALUE" if word in _BARE_VALUES else "TYPE"


def _type_values(text: str) -> list[str]:
    """Return the types; a quoted list is taken apart, too (RFC 6350 erratum 3368: TYPE="work,voice")."""
    return [word for part in text.replace('"', "").split(",") if (word := _uncaret(part).strip().lower())]


def _unquote(text: str) -> str:
    """Return a parameter value without its quotes and with RFC 6868 carets read."""
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] == '"':
        stripped = stripped[1:-1]
    return _uncaret(stripped)


def _uncaret(text: str) -> str:
    if "^" not in text:
        return text
    parts = text.split("^^")
    return "^".join(part.replace("^n", "\n").replace("^'", '"') for part in parts)


def _split_outside_quotes(text: str, separator: str) -> list[str]:
    """Split at a separator that is not between quotes."""
    parts: list[str] = []
    open_part: list[str] = []
    for number, piece in enumerate(text.split('"')):
        if number % 2:
            open_part.append(f'"{piece}"')
            continue
        first, *others = piece.split(separator)
        open_part.append(first)
        for other in others:
            parts.append("".join(open_part))
            open_part = [other]
    parts.append("".join(open_part))
    return parts
