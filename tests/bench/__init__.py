"""How fast gCRM is, each line measured against a floor: what the same work costs without gCRM.

`python -m tests.bench [NAME…] [--size N] [--json]`. Ours and the floor are run in turn (A B A B …), so that a busy
machine slows both, and their medians are compared. To add a line: a function that takes a `Bench` and yields `Line`s,
and its name in GROUPS of __main__.py; docs/performance.md explains what each line means.
"""
