"""Where an office file may lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcrm.errors import EnvironmentProblem
from gcrm.services.place import NETWORK_FILE_SYSTEMS, check_place, is_network

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /mnt/team nfs4 rw 0 0
//nas/office /mnt/our\\040nas cifs rw 0 0
/dev/sdb1 /mnt/team/local ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("folder", "network"),
    [
        ("/mnt/team", True),
        ("/mnt/team/deep/down", True),
        ("/mnt/team/local/x", False),
        ("/mnt/teamwork", False),
        ("/mnt/our nas/sub", True),
        ("/home/anna", False),
        ("/", False),
    ],
)
def test_the_nearest_mount_decides(folder: str, network: bool) -> None:
    assert is_network(Path(folder), MOUNTS) is network


@pytest.mark.parametrize("kind", sorted(NETWORK_FILE_SYSTEMS))
def test_a_network_drive_is_refused_with_the_way_out(tmp_path: Path, kind: str) -> None:
    with pytest.raises(EnvironmentProblem, match="PostgreSQL") as refused:
        check_place(tmp_path / "office.gcrm", f"server {tmp_path} {kind} rw 0 0")
    assert str(tmp_path) in refused.value.sentence


@pytest.mark.parametrize("name", ["Dropbox", "OneDrive - Costa", "Nextcloud", "Google Drive", "iCloud"])
def test_a_synchronised_folder_is_warned_about(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "Office"
    folder.mkdir(parents=True)
    (warning,) = check_place(folder / "office.gcrm", MOUNTS)
    assert "two computers" in warning
    assert name in warning


def test_a_good_place_says_nothing(tmp_path: Path) -> None:
    assert check_place(tmp_path / "office.gcrm", MOUNTS) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="does not exist"):
        check_place(tmp_path / "nowhere" / "office.gcrm", MOUNTS)
