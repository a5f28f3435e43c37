"""Company: our own firm and its branches, with address, tax numbers, region and area code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _
from gcrm.model.checks.finding import Finding
from gcrm.model.fields import fields_of
from gcrm.model.user import Company
from gcrm.services import company, showing
from gcrm.services.company import CompanyRow
from gcrm.ui.forms import hints
from gcrm.ui.forms.binding import Input
from gcrm.ui.settings.company_form import LEFT_OUT, CompanyForm
from gcrm.ui.settings.list_card import InlineForm, ListCard
from gcrm.ui.settings.page import Entry, Page, SettingsPage
from gcrm.ui.widgets.tab_order import tab_as_read
from gcrm.ui.widgets.two_line_list import Line


@dataclass(frozen=True, slots=True)
class _Read:
    """The companies, and the values of the one that is shown."""

    rows: tuple[CompanyRow, ...]
    shown: int
    values: dict[str, Any]


class CompanyPage(SettingsPage):
    """The chosen company as a form; below it the list of companies and branches."""

    tables = frozenset({"company"})

    @override
    def build(self) -> None:
        self.shown: int | None = None
        self.form: CompanyForm | None = None
        self.card = ListCard(_("Companies and branches"), _("Add branch"), _("Enter the name of your company above."))
        self.card.change_button.hide()
        self.column.addWidget(self.card)
        self.card.list.chosen.connect(self._choose)
        self.card.list.wanted.connect(lambda _key: self._focus_first())
        self.card.add_wanted.connect(self._branch_form)
        self.card.remove_wanted.connect(self._remove)
        self.add_target("branches", self.card.add_button)

    @override
    def load(self) -> None:
        database, wanted = self.context.database, self.shown

        def read() -> _Read:
            with database.read() as session:
                rows = tuple(company.companies(session))
            if wanted is None or wanted not in [row.id for row in rows]:
                record = company.main_company(database).record
            else:
                record = company.load(database, wanted).record
            return _Read(rows, record.id, _values_of(record))

        self.read(read, self._show)

    def _show(self, found: _Read) -> None:
        """Show the list, and the form anew where another company or country is shown now."""
        values = found.values
        is_same = self.form is not None and self.shown == found.shown and self.form.country() == values["country"]
        self.shown = found.shown
        if is_same and self.form is not None:
            self.form.show_values(values)
        else:
            self._make_form(values)
        self.card.add_button.setEnabled(bool(values["name"]))
        self.card.list.blockSignals(True)
        self.card.set_lines(self._line(row) for row in found.rows)
        self.card.empty.setVisible(not values["name"])
        self.card.list.choose(found.shown)
        self.card.list.blockSignals(False)

    def _line(self, row: CompanyRow) -> Line:
        detail = " · ".join(part for part in (row.town, showing.country_name(row.country)) if part)
        return Line(row.id, company.shown_name(row.name), detail, "git-branch" if row.parent_id else "building-2",
                    mark=_("Branch") if row.parent_id else "")  # fmt: skip

    def _make_form(self, values: dict[str, Any]) -> None:
        """Put a form for these values in place of the one that is shown, with the focus where it was."""
        focus = next((n for n, f in self.form.fields.items() if f.editor.hasFocus()), "") if self.form else ""
        if self.form is not None:
            self.column.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
        self.form = CompanyForm(values)
        self.form.changed.connect(self.keep)
        self.column.insertWidget(self.column.indexOf(self.card), self.form)
        tab_as_read(self.card, after=list(self.form.fields.values())[-1].editor)
        for name, field in self.form.fields.items():
            self.add_target(name, field.editor)
        if focus in self.form.fields:
            self.form.fields[focus].editor.setFocus()

    def _focus_first(self) -> None:
        if self.form is not None:
            self.form.fields["name"].editor.setFocus()

    def _choose(self, key: object) -> None:
        """Show another company."""
        if isinstance(key, int) and key != self.shown:
            self.shown = key
            if self.form is not None:
                self.form.setEnabled(False)  # its values belong to the former one until the new ones are read
            self.load()

    # --- keeping ------------------------------------------------------------------------------------------------
    def keep(self, name: str, value: Any) -> None:
        """Keep one field."""
        if self.form is None or self.shown is None:
            return
        form, database, shown = self.form, self.context.database, self.shown
        form.fields[name].clear_error()
        self._remark(form, name, value)

        def save() -> None:
            loaded = company.load(database, shown)
            setattr(loaded.record, name, value)
            company.save(database, loaded)

        def failed(error: GcrmError) -> None:
            field = error.field if isinstance(error, UserError) and error.field in form.fields else name
            form.fields[field].set_error(error.sentence)

        named = company.shown_name(str(form.values().get("name") or ""))
        self.write(save, _("Company “{name}” changed").format(name=named), failed=failed)

    def _remark(self, form: CompanyForm, name: str, value: Any) -> None:
        """Say below the field what the checks think of the value; it is kept all the same."""
        entry = Input(fields_of(Company)[name], value, country=form.country())
        home = self.context.database.home

        def show(finding: Finding) -> None:
            if self.form is not form or name == "region":
                return
            if finding.level == "error":
                form.fields[name].set_error(finding.sentence)
            form.show_note(name, finding.sentence if finding.level == "hint" else "")

        self.context.tasks.read(lambda: hints.check(entry, value, home), show, key=(id(form), name), owner=form)

    def _branch_form(self) -> None:
        """Open the form for a branch of the shown company, or of the company the shown branch belongs to."""
        name = QLineEdit()
        form = InlineForm(_("Add branch"), lambda: submit())
        form.add_row((("name", _("Name of the branch"), name),))
        database, shown = self.context.database, self.shown

        def submit() -> None:
            def make() -> int:
                mother = company.load(database, shown or 0).record
                branch = Company(name=name.text(), parent_id=mother.parent_id or mother.id, country=mother.country)
                return company.create(database, branch)

            self.write(make, _("Company “{name}” created").format(name=name.text().strip()), made,
                       lambda error: form.show_error(error.sentence, getattr(error, "field", "")))  # fmt: skip

        def made(branch: int) -> None:
            self.shown = branch
            self.card.close_form()
            self.load()

        self.card.open_form(form)

    def _remove(self, key: int) -> None:
        database = self.context.database
        self.write(lambda: company.remove(database, key), _("Company deleted"))


def _values_of(record: Company) -> dict[str, Any]:
    return {name: getattr(record, name) for name in fields_of(Company) if name not in LEFT_OUT}


PAGE = Page(
    "company", N_("Company"), "building-2", 20, CompanyPage, needs="settings.settings",
    entries=(
        *(Entry(name, told.label, told.help) for name, told in fields_of(Company).items() if name not in LEFT_OUT),
        Entry("branches", N_("Companies and branches"), N_("Add branch")),
    ),
)  # fmt: skip
