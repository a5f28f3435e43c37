"""Reads vCard 2.1, 3.0 and 4.0 of every maker, whole or broken, and accounts for every line.

A card whose end or beginning is missing is still a card; a card inside another (AGENT) becomes one of its own. Lines
that are not blank are counted: mapped to a field, kept with the contact, or reported with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.services.exchange.card import Card, CardFile, LineAccount, Photo, Reported, Source
from gcrm.services.exchange.content_line import ContentLine, content_lines
from gcrm.services.exchange.encoding import decode
from gcrm.services.exchange.photo import PhotoError, read_photo
from gcrm.services.exchange.vcard_map import CardBuilder, LineError
from gcrm.services.exchange.vcard_values import raw_line, single

MAX_BYTES = 50_000_000
MAX_LINES = 5_000_000
MAX_CARDS = 100_000
MAX_REPORTED = 200_000

OUTSIDE = N_("The line stands outside of any contact")
FOREIGN = N_("The line belongs to something else than a contact, a calendar entry for example")
EMPTY = N_("The contact is empty")
NO_BEGIN = N_("The beginning of a contact is missing; the contact is taken all the same")
NO_END = N_("The end of this contact is missing; the contact is taken all the same")
NO_CONTACT = N_("The end of a contact without its beginning")
NESTED = N_("A contact inside another one (agent) is taken as a contact of its own")
# A contact without BEGIN starts with one of these.
_STARTERS = frozenset({"VERSION", "N", "FN", "ORG", "TEL", "EMAIL", "ADR", "NICKNAME", "UID"})


def read_vcard(
    data: bytes,
    *,
    photo_reader: Callable[[bytes], Photo] = read_photo,
    hand_on: Callable[[Card], None] | None = None,
) -> CardFile:
    """Return the contacts of a file with the account of its lines.

    With `hand_on`, each contact is given to it as soon as it is read instead; `in_order` sorts them.

    Raises UserError, with the way out, for a file beyond the limits: 50 MB, 5 million lines, 100,000 contacts.
    """
    check_size(len(data))
    decoded = decode(data)
    if decoded.text.count("\n") + decoded.text.count("\r") > MAX_LINES:
        raise UserError(_("The file has more than 5 million lines. Split it into several files."))
    reader = _Reader(photo_reader, hand_on)
    for line in content_lines(decoded.text):
        reader.take(line)
    return reader.finish(decoded.encoding, decoded.evidence)


def in_order(cards: Iterable[Card]) -> tuple[Card, ...]:
    """Return contacts in the order of their first lines; one inside another ends before that."""
    return tuple(sorted(cards, key=lambda card: card.line))


def check_size(size: int, most: int = 0) -> None:
    """Refuse a file of more than 50 MB (or another limit); raises UserError."""
    limit = most or MAX_BYTES
    if size > limit:
        sentence = _("The file is larger than {limit} MB. Split it into several files.")
        raise UserError(sentence.format(limit=limit // 1_000_000))


@dataclass(slots=True)
class _Open:
    """A contact whose end has not come yet."""

    begin: ContentLine | None
    first_line: int
    lines: list[ContentLine] = field(default_factory=list)

    def labels(self) -> dict[str, str]:
        """Return the labels of the groups (X-ABLabel)."""
        return {
            line.head.group.upper(): single(line)
            for line in self.lines
            if line.head and line.head.name == "X-ABLABEL" and line.head.group
        }


class _Reader:
    """Sorts content lines into contacts and keeps the account."""

    def __init__(self, photo_reader: Callable[[bytes], Photo], hand_on: Callable[[Card], None] | None) -> None:
        self._photo_reader = photo_reader
        self._open: list[_Open] = []
        self._foreign: list[str] = []
        self._cards: list[Card] = []
        self._hand_on = hand_on or self._cards.append
        self._opened = 0
        self._lines = self._mapped = self._kept = 0
        self._reported: list[Reported] = []
        self._remarks: list[Reported] = []

    def take(self, line: ContentLine) -> None:
        """Sort one line in."""
        self._lines += line.physical
        head = line.head
        if head is None:
            self._report(line, line.problem)
        elif head.name in ("BEGIN", "END") and not head.group:
            self._frame(head.name, line)
        elif self._foreign:
            self._report(line, FOREIGN)
        elif self._open:
            self._open[-1].lines.append(line)
        elif head.name in _STARTERS:
            self._remarks.append(Reported(line.line, NO_BEGIN))
            self._begin(None, line.line)
            self._open[-1].lines.append(line)
        else:
            self._report(line, OUTSIDE)

    def finish(self, encoding: str, evidence: str) -> CardFile:
        """Close what is open and return everything; cards come in the order of their first lines."""
        while self._open:
            self._close(None)
        account = LineAccount(self._lines, self._mapped, self._kept, tuple(sorted(self._reported)))
        return CardFile("vcard", in_order(self._cards), account, encoding, evidence, tuple(sorted(self._remarks)))

    def _report(self, line: ContentLine, reason: str) -> None:
        """Report each physical line, so that the account can be checked by counting."""
        self._reported.extend(Reported(line.line + offset, reason) for offset in range(line.physical))
        if len(self._reported) > MAX_REPORTED:
            raise UserError(
                _(
                    "This does not look like a file of contacts: more than 200,000 lines "
                    "have no meaning. Choose another file."
                )
            )

    def _frame(self, name: str, line: ContentLine) -> None:
        """Handle BEGIN and END, of contacts and of anything else."""
        what = line.value.strip().upper()
        if what != "VCARD":
            self._foreign_frame(name, what, line)
        elif name == "BEGIN":
            self._foreign.clear()
            self._mapped += line.physical
            self._nest_or_close()
            self._begin(line, line.line)
        elif self._open and not self._foreign:
            self._mapped += line.physical
            self._close(line)
        else:
            self._report(line, NO_CONTACT)

    def _foreign_frame(self, name: str, what: str, line: ContentLine) -> None:
        if name == "BEGIN":
            self._foreign.append(what)
        elif self._foreign[-1:] == [what]:
            self._foreign.pop()
        self._report(line, FOREIGN)

    def _begin(self, begin: ContentLine | None, first_line: int) -> None:
        self._opened += 1
        if self._opened > MAX_CARDS:
            raise UserError(_("The file holds more than 100,000 contacts. Split it into several files."))
        self._open.append(_Open(begin, first_line))

    def _nest_or_close(self) -> None:
        """A contact begins inside an open one: its agent, or the end of the open one is missing."""
        if not self._open:
            return
        before = self._open[-1].lines[-1:]
        if before and before[0].head and before[0].head.name == "AGENT" and not before[0].value.strip():
            self._remarks.append(Reported(before[0].line, NESTED))
            self._mapped += self._open[-1].lines.pop().physical
        else:
            self._close(None)

    def _close(self, end: ContentLine | None) -> None:
        """Make a card of the last open contact; `end` is its last line, None where that is missing."""
        opened = self._open.pop()
        mapped, kept, before = self._mapped, self._kept, len(self._reported)
        builder = CardBuilder(opened.labels(), self._photo_reader)
        labels = []
        for line in opened.lines:
            if line.head and line.head.name == "X-ABLABEL" and line.head.group:
                labels.append(line)
            else:
                self._take_into(builder, line)
        for line in labels:
            self._take_label(builder, line)
        card = builder.card(opened.first_line)
        if card.is_empty:
            self._mapped, self._kept = mapped, kept
            del self._reported[before:]
            self._drop(opened, end)
            return
        if card.kind == "group":
            card = replace(card, sources=self._sources(opened, builder, before))
        self._hand_on(card)
        if end is None:
            self._remarks.append(Reported(opened.first_line, NO_END))

    def _sources(self, opened: _Open, builder: CardBuilder, before: int) -> tuple[Source, ...]:
        """Return the lines of a list that are mapped or kept so far, for the import to say what became of them."""
        reported = {said.line for said in self._reported[before:]}
        kept = {number for number, _raw in builder.kept}
        return tuple(
            Source(line.line, line.physical, line.head.name, line.value.strip(), line.line in kept)
            for line in opened.lines
            if line.head and line.line not in reported
        )

    def _take_into(self, builder: CardBuilder, line: ContentLine) -> None:
        try:
            is_mapped = builder.take(line)
        except (PhotoError, LineError) as problem:
            self._report(line, problem.reason)
            return
        if is_mapped:
            self._mapped += line.physical
        else:
            self._keep(builder, line)

    def _take_label(self, builder: CardBuilder, line: ContentLine) -> None:
        """A label is mapped when something in its group took it, or when it is empty."""
        group = line.head.group.upper() if line.head else ""
        if group in builder.named_groups or not line.value.strip():
            self._mapped += line.physical
        else:
            self._keep(builder, line)

    def _keep(self, builder: CardBuilder, line: ContentLine) -> None:
        self._kept += line.physical
        builder.kept.append((line.line, raw_line(line)))
        if line.head and line.head.group:
            builder.kept_groups.add(line.head.group.upper())

    def _drop(self, opened: _Open, end: ContentLine | None) -> None:
        """Report every line of an empty contact; its frame was taken for mapped."""
        for line in (opened.begin, end):
            if line is not None:
                self._mapped -= line.physical
                self._report(line, EMPTY)
        for line in opened.lines:
            self._report(line, EMPTY)
