"""Everything that is kept about a contact or a person: shown, given as a file, and erased for good.

`register` says for every table whose its rows are; `belongings` finds them by it, `dossier` shows them, `plan` says
what an erasure takes and what the law wants kept (`retention`), `erase` carries it out and `sweep` cleans what the
database and this computer have of it besides. docs/decisions/0019-personal-data.md says why it is so.
"""
