"""What is shipped with the program: icons, fonts, catalogues, label sheets and the rest of resources/."""

from __future__ import annotations

from pathlib import Path


def resource(name: str) -> Path:
    """Return the path of a file or folder under resources/, from the wheel or from the checkout."""
    installed = Path(__file__).parent / "resources"
    root = installed if installed.is_dir() else Path(__file__).parents[2] / "resources"
    return root / name
