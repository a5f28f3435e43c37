"""Half-typed texts survive crashes; damaged files are skipped and told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.errors import EnvironmentProblem
from gcrm.services.database import Database
from gcrm.services.drafts import SAVE_EVERY, DraftStore

JSON = st.dictionaries(st.text(max_size=8), st.none() | st.booleans() | st.integers() | st.text(), max_size=5)
WRITER = """
import sys
from gcrm.services.drafts import DraftStore
store = DraftStore("office", "me")
for n in range(1_000_000):
    store.put("log/1", {"text": "x" * (n % 5000), "n": n})
    print(n, flush=True)
"""


@pytest.fixture
def store(data_folder: Path) -> DraftStore:
    return DraftStore("office", "me")


def test_a_draft_is_kept_until_it_is_removed(store: DraftStore) -> None:
    moment = datetime(2025, 6, 16, 9, 30, tzinfo=UTC)
    store.put("contact/1", {"text": "Grüße 😀", "follow_up": None}, at=moment)
    store.put("log/2", {"text": "later"})
    again = DraftStore("office", "me")
    found = again.get("contact/1")
    assert found is not None
    assert (found.data, found.saved_at, found.key) == ({"text": "Grüße 😀", "follow_up": None}, moment, "contact/1")
    assert [draft.key for draft in again.unfinished()] == ["log/2", "contact/1"]
    again.remove("contact/1")
    again.remove("contact/1")
    assert [draft.key for draft in store.unfinished()] == ["log/2"]
    assert store.get("contact/1") is None
    assert SAVE_EVERY <= 5


@given(st.text(max_size=300), JSON)
def test_any_key_and_values_come_back(store: DraftStore, key: str, data: dict[str, Any]) -> None:
    store.put(key, data)
    found = store.get(key)
    assert found is not None
    assert (found.key, found.data) == (key, data)
    store.remove(key)


def test_drafts_belong_to_a_user_and_an_office(data_folder: Path, database: Database) -> None:
    DraftStore("office", "me").put("k", {"a": 1})
    assert DraftStore("office", "you").unfinished() == []
    assert DraftStore("other", "me").unfinished() == []
    assert DraftStore("other", "me").get("k") is None
    DraftStore.of(database).put("k", {"a": 2})
    assert [draft.data for draft in DraftStore.of(database).unfinished()] == [{"a": 2}]
    assert not any(b"***" in path.read_bytes() for path in (data_folder / "drafts").iterdir())


@pytest.mark.parametrize("harm", [b"", b"{", b"\0" * 100, "half", "flip", b"[1]", b"abc\n{}\n", b"\xff\xfe"])
def test_a_damaged_draft_is_skipped_and_told(store: DraftStore, data_folder: Path, harm: bytes | str) -> None:
    store.put("good", {"a": 1})
    store.put("bad", {"text": "long enough to be cut in the middle"})
    [path] = [p for p in (data_folder / "drafts").iterdir() if b'"bad"' in p.read_bytes()]
    whole = path.read_bytes()
    changed = {"half": whole[: len(whole) // 2], "flip": whole.replace(b"middle", b"muddle")}
    path.write_bytes(changed[harm] if isinstance(harm, str) else harm)
    assert [draft.key for draft in store.unfinished()] == ["good"]
    assert list(store.damaged) == [path]
    assert store.get("bad") is None
    assert path.exists()
    store.put("bad", {"text": "typed again"})
    assert len(store.unfinished()) == 2
    assert store.damaged == ()


@pytest.mark.parametrize("call", ["mkstemp", "fsync", "replace"])
def test_a_full_disk_is_told_and_the_former_draft_stays(
    store: DraftStore, data_folder: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    import errno

    store.put("k", {"a": "before"})

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(tempfile if call == "mkstemp" else os, call, refuse)
        with pytest.raises(EnvironmentProblem, match="full"):
            store.put("k", {"a": "after"})
    found = store.get("k")
    assert found is not None
    assert found.data == {"a": "before"}
    assert len(list((data_folder / "drafts").iterdir())) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 on Windows")
def test_what_was_put_survives_kill_9(store: DraftStore, data_folder: Path) -> None:
    for _round in range(10):
        writer = subprocess.Popen([sys.executable, "-c", WRITER], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _line in range(20)]
        writer.send_signal(signal.SIGKILL)
        told += [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        writer.stdout.close()
        [draft] = store.unfinished()
        assert draft.data["n"] in (told[-1], told[-1] + 1)
        assert len(draft.data["text"]) == draft.data["n"] % 5000
        assert store.damaged == ()


def test_drafts_move_with_their_office(store: DraftStore) -> None:
    moment = datetime(2025, 6, 16, 9, 30, tzinfo=UTC)
    new = DraftStore("postgresql://team/office", "7")
    store.put("log:1", {"text": "half a sentence"}, at=moment)
    store.put("log:2", {"text": "old"})
    new.put("log:2", {"text": "new"})
    assert new.take_over(store) == 1
    found = {draft.key: draft for draft in new.unfinished()}
    assert (found["log:1"].data, found["log:1"].saved_at) == ({"text": "half a sentence"}, moment)
    assert found["log:2"].data == {"text": "new"}
    assert [(draft.key, draft.data) for draft in store.unfinished()] == [("log:2", {"text": "old"})]
    assert new.take_over(new) == 0
    assert len(new.unfinished()) == 2
