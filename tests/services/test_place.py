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


MAC = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse, protect)
//anna@nas._smb._tcp.local/Team on /Volumes/Team on the nas (smbfs, nodev, nosuid, mounted by anna)
nas:/export on /Volumes/export (nfs, nodev, nosuid)
/dev/disk5s1 on /Volumes/Stick (1) (msdos, local, nodev, nosuid, noowners)
"""


@pytest.mark.parametrize(
    ("folder", "network"),
    [
        ("/Users/anna", False),
        ("/System/Volumes/Data/Users", False),
        ("/Volumes/Team on the nas/Office", True),
        ("/Volumes/export", True),
        ("/Volumes/Stick (1)/Office", False),
    ],
)
def test_a_mac_says_what_is_local(folder: str, network: bool) -> None:
    assert is_network(Path(folder), MAC) is network


@pytest.mark.parametrize("line", ["nas:/team {} fuse.whatever rw 0 0", "//nas/team {} unheard-of rw 0 0"])
def test_a_source_on_another_computer_is_far_whatever_its_type(tmp_path: Path, line: str) -> None:
    assert is_network(tmp_path, line.format(tmp_path))


def test_a_link_to_a_file_on_a_network_drive_is_refused(tmp_path: Path) -> None:
    far, near = tmp_path / "far", tmp_path / "near"
    far.mkdir()
    near.mkdir()
    (near / "office.gcrm").symlink_to(far / "office.gcrm")
    with pytest.raises(EnvironmentProblem, match="network drive"):
        check_place(near / "office.gcrm", f"nas {far} cifs rw 0 0")
