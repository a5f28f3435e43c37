"""The registry of rights: modules and actions, sensitive fields, and what each table asks for.

A right is written "module.action". The server enforces whatever is a GRANT on a table (model/guards.py makes them from
TABLES); `export`, `print` and the import are the program's own: who may see can also copy, whatever a server does.

To add a table: one line in TABLES. To add a module: one in MODULES, and its rights in GROUPS. To hide more fields: a
line in FIELD_GROUPS. Tests walk all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.base import Record
from gcrm.model.fields import Field, fields_of

ACTIONS: Mapping[str, str] = {
    "see": N_("see"),
    "create": N_("create"),
    "change": N_("change"),
    "delete": N_("delete"),
    "export": N_("export"),
    "print": N_("print"),
    "issue": N_("issue"),
    "settings": N_("set up"),
}
PROGRAM_ONLY = frozenset({"contacts.export", "contacts.print", "files.export", "exchange.create"})
"""Rights that no server can enforce: they are about what is done with what may be seen or written anyway."""
MODULES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "contacts": (N_("Contacts"), ("see", "create", "change", "delete", "export", "print")),
    "activities": (N_("Activities, follow-ups and calls"), ("see", "create", "change", "delete")),
    "files": (N_("Files"), ("see", "create", "change", "delete", "export")),
    "exchange": (N_("Import"), ("create",)),
    "settings": (N_("Settings of the office"), ("settings",)),
    "users": (N_("Users and rights"), ("settings",)),
}
"""Key → label and the actions that there are. Calls and follow-ups are activities: one table, one right."""
EVERY_RIGHT = frozenset(f"{module}.{action}" for module, (_label, actions) in MODULES.items() for action in actions)
EVERY_FIELD = "contacts.*"
"""Asked for like a right: eyes for all fields of a contact, as merging needs them."""
OWNER = "office.*"
"""Asked for like a right: eyes for all of the office, as its owner has them."""
BLIND = N_("You do not see all fields of a contact. Ask somebody who does to merge these contacts.")
NO_OWNER = N_("Only the owner of the office sees everything. Open it with the owner's address for this.")
ANYBODY = "*"
"""Stands in TABLES for every group; policies then say which rows (model/policies.py)."""


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that are hidden together: columns by table, "*" for the whole table."""

    label: str
    columns: Mapping[str, tuple[str, ...]]


WHOLE = ("*",)
FIELD_GROUPS: Mapping[str, FieldGroup] = {
    "bank": FieldGroup(N_("Bank data"), {"bank_account": WHOLE}),
    "open_items": FieldGroup(N_("Open items"), {"open_item": WHOLE}),
    "notes": FieldGroup(N_("Notes"), {"contact": ("notes", "kept"), "contact_person": ("notes",)}),
    "terms": FieldGroup(
        N_("Terms and accounting numbers"),
        {
            "contact": (
                "payment_type", "payment_terms", "currency", "price_group", "discount", "credit_limit",
                "debtor_number", "creditor_number",
            )
        },
    ),
}  # fmt: skip
"""Private activities are no group here: they are for whoever wrote them and is responsible, for nobody else."""


@dataclass(frozen=True, slots=True)
class TableRule:
    """What a table asks for: any one of the named rights lets its verb pass, none of them lets nobody.

    `trash` are columns that only the right to delete may set. `own` are columns that policies let everybody set in
    their own rows. `fixed` are never set after the row was made.
    """

    module: str
    see: tuple[str, ...] = ()
    insert: tuple[str, ...] = ()
    update: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    trash: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()


def _root(module: str, *trash: str) -> TableRule:
    """Return the rule of a record that is made, changed and deleted for itself."""
    rights = {"insert": (f"{module}.create",), "update": (f"{module}.change",), "delete": (f"{module}.delete",)}
    return TableRule(module, (f"{module}.see",), **rights, trash=trash)


def _child(module: str) -> TableRule:
    """Return the rule of what is saved with another record: whoever may change that one."""
    change = (f"{module}.change",)
    return TableRule(module, (f"{module}.see",), (f"{module}.create", *change), change, change)


def _office(module: str, **more: tuple[str, ...]) -> TableRule:
    """Return the rule of what everybody reads and few set up."""
    right = (f"{module}.settings",)
    return TableRule(module, (ANYBODY,), right, right, right, **more)


def _personal(module: str, **more: tuple[str, ...]) -> TableRule:
    """Return the rule of rows that belong to one user each; policies keep the others' away."""
    return TableRule(module, (ANYBODY,), (ANYBODY,), (ANYBODY,), (ANYBODY,), **more)


TABLES: Mapping[str, TableRule] = {
    "contact": _root("contacts", "deleted_at"),
    "address": _child("contacts"),
    "contact_point": _child("contacts"),
    "bank_account": _child("contacts"),
    "open_item": _child("contacts"),
    "person": _child("contacts"),
    "contact_person": _child("contacts"),
    "contact_category": _child("contacts"),
    "category": _child("contacts"),
    "consent": _child("contacts"),
    "duplicate_verdict": _child("contacts"),
    "contact_search": TableRule(
        "contacts",
        ("contacts.see",),
        ("contacts.create", "contacts.change"),
        ("contacts.create", "contacts.change"),
        ("contacts.create", "contacts.change", "contacts.delete"),
    ),
    "activity": _root("activities"),
    "activity_link": _child("activities"),
    "appointment": _child("activities"),
    "participant": _child("activities"),
    "dav_name": TableRule(
        "activities",
        ("contacts.see", "activities.see"),
        ("contacts.create", "activities.create", "activities.change"),
        ("contacts.change", "activities.change"),
        ("contacts.delete", "activities.change", "activities.delete"),
    ),
    "dav_peer": _personal("activities"),
    "outlook_peer": _personal("activities"),
    "notice": _personal("activities"),
    "attachment": _root("files"),
    "erasure": TableRule("contacts", ("contacts.see",), ("contacts.delete",)),
    "blob": TableRule("files", ("files.see",)),
    "blob_chunk": TableRule("files", ("files.see",), ("files.create",)),
    "company": _office("settings"),
    "number_range": _office("settings"),
    "activity_type": _office("settings"),
    "custom_field": _office("settings"),
    "setting": _personal("settings"),
    "saved_filter": _personal("contacts"),
    "absence": _personal("users"),
    "user": TableRule(
        "users", (ANYBODY,), ("users.settings",), ("users.settings",), (),
        own=("name", "email", "language"), fixed=("login",),
    ),
    "user_group": _office("users", fixed=("key",)),
    "group_right": _office("users"),
    "group_field": _office("users"),
    "invitation": TableRule("users", (ANYBODY,)),
    "refused_login": TableRule("users", (ANYBODY,), (ANYBODY,)),
    "operation": TableRule("history", (ANYBODY,), (ANYBODY,)),
    "change": TableRule("history", (ANYBODY,)),
    "seal": TableRule("history"),
    "current_operation": TableRule("history"),
    "office_version": TableRule("settings", (ANYBODY,)),
}  # fmt: skip
OPERATION_COLUMNS = ("at", "user_id", "database_user", "kind", "label", "params", "undoes_id", "key")
"""What a login may say of its operation; the triggers correct author, login and time."""
PERSONAL = ("setting", "saved_filter", "notice", "absence", "refused_login", "dav_peer", "outlook_peer")
"""Tables whose rows belong to the user in `user_id`."""
PROGRAM_SETTINGS = ("labels.next_free",)
"""Settings of the office that the program keeps by itself, whoever works with it."""

ADMINISTRATOR, OFFICE = "administrator", "office"
_WORK = frozenset(right for right in EVERY_RIGHT if right.partition(".")[0] not in ("settings", "users"))
_READ = frozenset({"contacts.see", "activities.see", "files.see", "contacts.print"})


@dataclass(frozen=True, slots=True)
class BuiltInGroup:
    """A group that every office has: its name, its rights and the field groups that it does not see."""

    label: str
    rights: frozenset[str]
    hidden: frozenset[str] = frozenset()


GROUPS: Mapping[str, BuiltInGroup] = {
    ADMINISTRATOR: BuiltInGroup(N_("Administrator"), EVERY_RIGHT),
    "billing": BuiltInGroup(N_("Billing"), _WORK),
    OFFICE: BuiltInGroup(N_("Office"), _WORK - {"contacts.export"}, frozenset({"bank"})),
    "read-only": BuiltInGroup(N_("Read-only"), _READ, frozenset({"bank", "open_items", "terms"})),
}


def right_label(right: str) -> str:
    """Return a right in words, such as "Contacts: delete"."""
    module, _dot, action = right.partition(".")
    return f"{_(MODULES[module][0])}: {_(ACTIONS[action])}"


@dataclass(frozen=True, slots=True)
class Rights:
    """What the person who works may do. `hidden` are field groups; `is_enforced`: a server watches over it too.

    `administrators` are the names of those who can give more, known where something is missing.
    """

    group: str = ADMINISTRATOR
    actions: frozenset[str] = EVERY_RIGHT
    hidden: frozenset[str] = frozenset()
    unindexed: frozenset[str] = frozenset()
    is_enforced: bool = False
    administrators: tuple[str, ...] = ()
    _fields: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_fields", hidden_columns(self.hidden))

    def may(self, module: str, action: str) -> bool:
        """Tell whether this may be done."""
        return f"{module}.{action}" in self.actions

    @property
    def hidden_fields(self) -> Mapping[str, frozenset[str]]:
        """Return the columns by table that may not be seen; "*" stands for all of a table."""
        return self._fields

    def sees(self, table: str, column: str = "") -> bool:
        """Tell whether a column may be seen, or anything of a table."""
        rule, gone = TABLES[table], self._fields.get(table, frozenset())
        is_open = ANYBODY in rule.see or not self.actions.isdisjoint(rule.see)
        return is_open and "*" not in gone and (not column or column not in gone)

    def lacks(self, right: str) -> str:
        """Return why a right is missing and who can give it, "" where it is there or none is asked for.

        `right` is "module.action", EVERY_FIELD or OWNER.
        """
        if right == OWNER:
            return _(NO_OWNER) if self.is_enforced else ""
        if right == EVERY_FIELD:
            return _(BLIND) if self._fields.get("contact") else ""
        if not right or right in self.actions:
            return ""
        return refusal((right,), self.administrators).sentence

    def require(self, module: str, action: str) -> None:
        """Raise UserError with a sentence that names the right where it is missing."""
        if not self.may(module, action):
            raise refusal((f"{module}.{action}",), self.administrators)

    def require_write(self, table: str, verb: str, columns: Iterable[str] = ()) -> None:
        """Raise UserError where rows of a table may not be written; `verb` is insert, update or delete."""
        rule = TABLES[table]
        if "*" in self._fields.get(table, frozenset()):
            raise unseen()
        wanted: tuple[str, ...] = getattr(rule, verb)
        named = set(columns) - {"version", "changed_at", "changed_by"}
        if verb == "update" and named:
            self._require_columns(table, rule, named)
            if named <= set(rule.own):
                return
            if rule.trash and named & set(rule.trash):
                wanted = rule.delete if named <= set(rule.trash) else (*wanted, *rule.delete)
        if wanted and ANYBODY not in wanted and self.actions.isdisjoint(wanted):
            raise refusal(wanted, self.administrators)

    def _require_columns(self, table: str, rule: TableRule, named: set[str]) -> None:
        """Refuse what is hidden from this person, and the way into the trash without the right to delete."""
        if named & self._fields.get(table, frozenset()):
            raise unseen()
        if named & set(rule.trash) and self.actions.isdisjoint(rule.delete):
            raise refusal(rule.delete, self.administrators)


def refusal(rights: Iterable[str], administrators: Sequence[str] = ()) -> UserError:
    """Return the error for a missing right; of several, one would do, and the first is named."""
    right = right_label(next(iter(rights)))
    if not administrators:
        sentence = _("Your group does not have the right “{right}”. Ask an administrator of the office for it.")
        return UserError(sentence.format(right=right))
    sentence = _("Your group does not have the right “{right}”. Ask an administrator for it: {names}.")
    return UserError(sentence.format(right=right, names=", ".join(administrators)))


def unseen() -> UserError:
    """Return the error for a change of what may not even be seen."""
    return UserError(_("You may not see this data and cannot change it. Ask an administrator for the right."))


def hidden_columns(groups: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the columns of field groups by table."""
    found: dict[str, frozenset[str]] = {}
    for group in groups:
        if group in FIELD_GROUPS:
            for table, columns in FIELD_GROUPS[group].columns.items():
                found[table] = found.get(table, frozenset()) | set(columns)
    return found


def visible_fields(cls: type[Record], rights: Rights) -> Mapping[str, Field]:
    """Return the fields of a mapped class that a person may see: for lists, forms, exports and prints."""
    return {name: told for name, told in fields_of(cls).items() if rights.sees(cls.__tablename__, name)}
