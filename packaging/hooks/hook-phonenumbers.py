"""What PyInstaller brings of phonenumbers: the numbers of each country, not the names of places and of networks.

The hook that comes with PyInstaller brings everything; the names alone are a third of all modules of the program, and
gCRM asks for none of them.
"""

from importlib.util import find_spec
from pathlib import Path

(FOLDER,) = find_spec("phonenumbers").submodule_search_locations
hiddenimports = [
    f"phonenumbers.{kind}.{file.stem}" for kind in ("data", "shortdata") for file in Path(FOLDER, kind).glob("[!_]*.py")
]
