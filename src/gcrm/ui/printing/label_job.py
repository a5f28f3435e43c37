"""Making labels in a reader's thread: recipients, plan, PDF, and who is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gcrm.i18n import _, ngettext
from gcrm.paths import data_folder
from gcrm.services import settings
from gcrm.services.database import Database
from gcrm.services.home import own_company
from gcrm.services.printing.address_block import Recipient
from gcrm.services.printing.label_sheets import LabelSheet, own_sheets, shipped_sheets
from gcrm.services.printing.labels import (
    LabelOptions,
    LabelPlan,
    LabelRun,
    PrinterAdjustment,
    plan_labels,
    print_labels,
    sheets_needed,
)
from gcrm.services.printing.sources import recipients, sender_line
from gcrm.ui.printing.built import Built, in_memory, with_notes


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """What the dialog needs to begin: sheets, what was used last, and the own sender."""

    sheets: tuple[LabelSheet, ...]
    sheet: str
    next_free: dict[str, int]
    offsets: dict[str, dict[str, float]]
    sender: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A contact that gets no label."""

    contact: int
    name: str


@dataclass(frozen=True, slots=True)
class LabelResult:
    """What came of a run: `run` is None where there is nothing to print; `sheets` counts all sheets of the run."""

    run: LabelRun | None
    labels: int
    sheets: int
    homeless: tuple[LeftOut, ...]
    no_mail: tuple[LeftOut, ...]


@dataclass(slots=True)
class Recipients:
    """The recipients of a run, read once for each purpose of address, and for every contact person if wanted."""

    database: Database
    contacts: Sequence[int]
    _read: dict[tuple[str, bool], list[Recipient]] = field(default_factory=dict)

    def of(self, purpose: str, *, every_person: bool = False) -> list[Recipient]:
        """Return whom to write to."""
        key = (purpose, every_person)
        if key not in self._read:
            with self.database.read() as session:
                self._read[key] = recipients(session, self.contacts, purpose, every_person=every_person)
        return self._read[key]


def read_facts(database: Database) -> LabelFacts:
    """Read what the dialog needs to begin."""
    sheets = (*own_sheets(data_folder() / "labels")[0], *shipped_sheets())
    with database.read() as session:
        chosen = settings.read_all(session, database.user_id)
        sender = sender_line(own_company(session))
    return LabelFacts(
        sheets,
        str(chosen["labels.sheet"]),
        dict(chosen["labels.next_free"]),
        dict(chosen["labels.offset"]),
        sender,
    )


def adjustment_of(offsets: dict[str, dict[str, float]], printer: str) -> PrinterAdjustment:
    """Return the adjustment of a printer; what was kept by hand and makes no sense counts as none."""
    kept = offsets.get(printer)
    if not isinstance(kept, dict):
        return PrinterAdjustment()
    values = {name: kept[name] for name in ("right", "down", "scale") if isinstance(kept.get(name), int | float)}
    return PrinterAdjustment(**values)


def make_labels(everyone: Sequence[Recipient], sheet: LabelSheet, options: LabelOptions, contacts: int) -> Built:
    """Return the finished labels; without any the sentence says why."""
    plan = plan_labels(everyone, options)
    total = sheets_needed(sheet, len(plan.labels), options.first)
    if not plan.labels:
        nobody = _(
            "There is no label to print: the contacts have no street and town, or want no mail. Choose other contacts."
        )
        return Built(b"", 0, nobody, LabelResult(None, 0, 0, *_left_out(plan, everyone)))
    pdf, run = in_memory(lambda path: print_labels(path, sheet, everyone, options))
    chosen = ngettext("{count} contact selected", "{count} contacts selected", contacts).format(count=contacts)
    paper = ngettext("{count} sheet", "{count} sheets", total).format(count=total)
    result = LabelResult(run, len(plan.labels), total, *_left_out(plan, everyone))
    return Built(pdf, run.pages, with_notes(f"{chosen} · {paper}", run.replaced, run.shortened), result)


def _left_out(plan: LabelPlan, everyone: Sequence[Recipient]) -> tuple[tuple[LeftOut, ...], tuple[LeftOut, ...]]:
    """Return those without address and those who want no mail, by name."""
    names = {one.key: one.organisation or one.person for one in everyone}
    homeless = tuple(LeftOut(key, names[key]) for key in plan.without_address)
    return homeless, tuple(LeftOut(key, names[key]) for key in plan.skipped_no_mail)


def keep_run(database: Database, sheet: LabelSheet, run: LabelRun) -> None:
    """Write once that the labels were printed: in each chronicle, and where the next run begins."""
    from gcrm.services.printing.for_contact import LABELS_LOGGED, log_printed

    log_printed(database, run.placed, LABELS_LOGGED)
    settings.put(database, "labels.next_free", sheet.id, run.next_free)
    settings.set(database, "labels.sheet", sheet.id)
