#!/usr/bin/env python3
"""Work on gCRM. Every command first does all of its own set-up; when that is done already it costs nothing.

    python3 dev.py run [ARGUMENTS...]        open gCRM on a demo office (without a display: the tour)
    python3 dev.py test [PYTEST ARGUMENTS]   ruff, mypy, all tests; with arguments: only pytest with these
    python3 dev.py bench [NAME...] [--size N] [--json]   measure speed against the floor; "bench team": many desks
    python3 dev.py bench torture [NAME...] [--runs N] [--minutes M]   kill, cut and fill up, many times
    python3 dev.py package [FOLDER]          build the program of this platform into FOLDER (dist)
    python3 dev.py gcrm ARGUMENTS...         gCRM's own command line
    python3 dev.py screenshots FOLDER        every window as a picture
    python3 dev.py setup                     the set-up alone

Standard library only. Exit status: that of what was run, 1 when the set-up fails, 2 for wrong use.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
CATALOGUES = ROOT / "resources" / "translations"
OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11", "python3", "python")

# What the caller's shell must not change in here.
FOREIGN_VARIABLES = (
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "PYTHONDONTWRITEBYTECODE",  # each program that a test starts would compile everything again
    "PYTHONSAFEPATH",
    "VIRTUAL_ENV",
    "QT_PLUGIN_PATH",
    "QT_QPA_PLATFORM_PLUGIN_PATH",
    "QT_QPA_PLATFORMTHEME",
    "QT_STYLE_OVERRIDE",
    "QT_API",
    "QML2_IMPORT_PATH",
    "PYTEST_ADDOPTS",
)

# How the tests are spread: one process runs a whole file, so that what its tests share is made once; one that dies ends
# the run instead of leaving the others waiting.
SPREAD = ("--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart", "0")

# Debian's and Ubuntu's names of what Qt, the printing and the tests need. New entries go to the row they belong to.
SYSTEM_PACKAGES = " ".join(
    (
        "python3-venv binutils",  # the environment; the folder build
        "libglib2.0-0 libegl1 libgl1 libdbus-1-3 libfontconfig1 libxkbcommon0 libgssapi-krb5-2",  # Qt
        "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0 xvfb xauth",  # a real window
        "libcups2 fonts-inter",  # printers; the letter of the screenshots
        "xdotool imagemagick dbus at-spi2-core python3-gi gir1.2-atspi-2.0",  # using the window from outside
        "postgresql poppler-utils gettext khard",  # server, and programs that read what we write
    )
).split()

# Where we do not install by ourselves: the program that tells the system, and the command that installs.
ELSEWHERE = {
    "brew": "brew install postgresql@17 poppler",
    "dnf": "sudo dnf install postgresql-server postgresql-contrib poppler-utils libglvnd-egl xcb-util-cursor",
    "pacman": "sudo pacman -S postgresql poppler xcb-util-cursor",
    "zypper": "sudo zypper install postgresql-server postgresql-contrib poppler-tools libxcb-cursor0",
    "winget": "winget install PostgreSQL.PostgreSQL.17",
}


class SetUpError(Exception):
    """The set-up cannot go on; the text is one sentence that says why and what to do."""


class UsageError(Exception):
    """The command line cannot be understood; the text is one sentence."""


def say(sentence: str) -> None:
    """Tell the developer what happens; standard output belongs to the command itself."""
    print(sentence, file=sys.stderr, flush=True)


def environment() -> dict[str, str]:
    """Return the variables for everything that is started from here."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN_VARIABLES}
    kept["PYTHONUTF8"] = "1"
    return kept


def ask(command: list[str]) -> str:
    """Return what a command prints, nothing when it fails or does not exist."""
    try:
        done = subprocess.run(
            command, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def must(command: list[str], sentence: str) -> None:
    """Run one step of the set-up; its output goes to standard error."""
    try:
        status = subprocess.call(command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, stdout=sys.stderr)
    except OSError as error:
        raise SetUpError(f"{sentence} ({error})") from error
    if status:
        raise SetUpError(sentence)


# --- The set-up ---------------------------------------------------------------------------------------------------


def digest(*parts: str) -> str:
    """Return a name for the state of everything that the set-up depends on."""
    files = [ROOT / "pyproject.toml", ROOT / "constraints.txt", VENV / "pyvenv.cfg"]
    texts = [str(ROOT), *parts, *(file.read_text(encoding="utf-8") for file in files if file.exists())]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def is_done(step: str, state: str) -> bool:
    """Tell whether a step was done in this state."""
    stamp = VENV / f"gcrm-{step}.stamp"
    return PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == state


def remember(step: str, state: str) -> None:
    """Note that a step is done in this state."""
    (VENV / f"gcrm-{step}.stamp").write_text(state, encoding="utf-8")


def is_debian() -> bool:
    """Tell whether packages come from apt-get here."""
    return sys.platform == "linux" and shutil.which("dpkg-query") is not None and shutil.which("apt-get") is not None


def wanted_packages() -> list[str]:
    """Return the system's packages by name; Debian's own Python has its library in one of its own."""
    if Path(sys.base_prefix) != Path("/usr"):
        return SYSTEM_PACKAGES
    return [*SYSTEM_PACKAGES, "libpython{}.{}".format(*sys.version_info[:2])]


def missing_packages() -> list[str]:
    """Return the Debian packages that are not installed; a renamed package counts by what it provides."""
    present = set()
    for line in ask(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Provides}\n"]).splitlines():
        status, *names = line.replace(",", " ").split()
        if status == "installed":
            present.update(names)
    return [name for name in wanted_packages() if name not in present]


def set_up_system() -> bool:
    """Install what the operating system must have, or say what is missing; tell whether all is there."""
    if not is_debian():
        tell_elsewhere()
        return True
    missing = missing_packages()
    if not missing:
        return True
    install = ["apt-get", "install", "--yes", "-qq", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        say(f"Missing on this system: {', '.join(missing)}. Install with: sudo {' '.join(install)}")
        return False
    say(f"Installing {len(missing)} system packages: {', '.join(missing)}")
    quietly = ["env", "DEBIAN_FRONTEND=noninteractive"]
    try:
        must([*quietly, "apt-get", "update", "-qq"], "The package lists could not be read.")
        must([*quietly, *install], "Some system packages could not be installed; see above.")
    except SetUpError as problem:
        say(f"{problem} What needs them will not work.")
        return False
    return True


def tell_elsewhere() -> None:
    """Name the command that installs what the tests need where we do not do it ourselves."""
    if shutil.which("initdb") and shutil.which("pdftotext"):
        return
    command = next((command for program, command in ELSEWHERE.items() if shutil.which(program)), "")
    way = f" Install them with: {command}" if command else " Install them with your system's package manager."
    say(f"The tests need PostgreSQL 15 or newer (initdb, pg_ctl) and poppler (pdftotext).{way}")


def make_venv() -> None:
    """Make the virtual environment unless there is a working one."""
    if ask([str(PYTHON), "-m", "pip", "--version"]):
        return
    say(f"Making the virtual environment {VENV}")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    must(command, "The virtual environment could not be made; on Debian and Ubuntu install python3-venv.")


def requirements() -> list[str]:
    """Return the packages of the program and of its development, as pyproject.toml names them."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


def install_packages() -> None:
    """Install the pinned Python packages and let Python find src/; pip would compile them on one processor only."""
    say("Installing the Python packages")
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check", "--no-compile"]
    pins = ["--constraint", str(ROOT / "constraints.txt")]
    must([*pip, *pins, *requirements()], "The Python packages could not be installed; pip says why above.")
    place = ask([str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip()
    ask([str(PYTHON), "-m", "compileall", "-qq", "-j", "0", place])  # what has no Python of today in it is left
    (Path(place) / "gcrm_dev.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")


def compile_translations() -> None:
    """Compile the catalogues that are newer than their compiled form."""
    sources = CATALOGUES.glob("*/LC_MESSAGES/gcrm.po")
    stale = [source for source in sources if not is_newer(source.with_suffix(".mo"), source)]
    if stale:
        code = "import sys; sys.path.append(sys.argv[1]); import hatch_build, pathlib; "
        code += "hatch_build.compile_catalogues(pathlib.Path(sys.argv[2]))"
        command = [str(PYTHON), "-c", code, str(ROOT / "packaging"), str(ROOT)]
        must(command, "The translations could not be compiled; see above.")


def make_postcodes() -> None:
    """Make the file that fills in towns, from the package that brings the postcodes."""
    must([str(PYTHON), str(ROOT / "packaging" / "make_postcodes.py")], "The postcodes could not be made; see above.")


def is_newer(made: Path, source: Path) -> bool:
    """Tell whether `made` is up to date."""
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


def set_up() -> None:
    """Do what is not done yet: system packages, virtual environment, Python packages, translations."""
    if not is_done("system", digest(*SYSTEM_PACKAGES)):
        complete = set_up_system()
        make_venv()
        if complete:
            remember("system", digest(*SYSTEM_PACKAGES))
    if not is_done("packages", digest()):
        make_venv()
        install_packages()
        make_postcodes()
        remember("packages", digest())
    compile_translations()


# --- The commands -------------------------------------------------------------------------------------------------


def call(*command: str, folder: Path | None = None, **variables: str) -> int:
    """Run one program of the environment, in the project's folder unless told otherwise."""
    return subprocess.call([str(PYTHON), *command], cwd=folder or ROOT, env={**environment(), **variables})


def become(*command: str) -> int:
    """Go on as a program of the environment, in the caller's folder."""
    if os.name == "nt":
        return call(*command, folder=Path.cwd())
    os.execve(PYTHON, [str(PYTHON), *command], environment())  # noqa: S606  # no shell is wanted


def has_display() -> bool:
    """Tell whether a window can be shown."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(arguments: list[str]) -> int:
    """Open the window on the demo office, or take the tour where there is no display."""
    demo = ROOT / "demo"
    demo.mkdir(exist_ok=True)
    if has_display():
        return call("-P", "-m", "gcrm", "--demo", *arguments, GCRM_DATA=str(demo))
    say("There is no display here: taking the tour offscreen instead.")
    return call("-P", "-m", "gcrm", "tour", "--folder", str(demo / "tour"), *arguments)


def test(arguments: list[str]) -> int:
    """Run all stages until one fails, types and tests at the same time; with arguments only pytest."""
    if arguments:
        return call("-m", "pytest", *arguments)
    say("--- ruff")
    status = call("-m", "ruff", "check", "src", "tests", "dev.py", "packaging")
    if status:
        return status
    workers = str(min(8, (os.cpu_count() or 2) + 1))  # one more: many tests wait for servers, lines and clocks
    say("--- mypy, and pytest beside it")
    with beside("-m", "mypy") as types:
        status = call("-m", "pytest", "-n", workers, *SPREAD)
        say("--- mypy")
        return types() or status


@contextlib.contextmanager
def beside(*command: str) -> Iterator[Callable[[], int]]:
    """Run a program of the environment meanwhile; what is given waits for its end and shows what it said."""
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            [str(PYTHON), *command], cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )

        def end() -> int:
            status = running.wait()
            said.seek(0)
            sys.stdout.write(said.read().decode("utf-8", "replace"))
            return status

        try:
            yield end
        finally:
            running.kill()
            running.wait()


def bench(arguments: list[str]) -> int:
    """Measure the program against the floor, or tear it apart."""
    return call("-m", "tests.bench", *arguments)


def package(arguments: list[str]) -> int:
    """Build the program as a folder that runs without Python."""
    if len(arguments) > 1:
        raise UsageError("package takes one folder at most.")
    target = Path(arguments[0]).resolve() if arguments else ROOT / "dist"
    work = target / "work" if arguments else ROOT / "build"
    options = ["--noconfirm", "--log-level", "ERROR", "--distpath", str(target), "--workpath", str(work)]
    status = call("-m", "PyInstaller", *options, str(ROOT / "packaging" / "gcrm.spec"))
    if not status:
        print(target / "gcrm")
    return status


def gcrm(arguments: list[str]) -> int:
    """Run gCRM's own command line where the caller is."""
    return become("-P", "-m", "gcrm", *arguments)


def screenshots(arguments: list[str]) -> int:
    """Take a picture of every window."""
    if len(arguments) != 1:
        raise UsageError("screenshots needs the folder to write to.")
    return call("-m", "tests.screenshots", str(Path(arguments[0]).resolve()))


def setup(arguments: list[str]) -> int:
    """Do nothing more than the set-up."""
    return 0


COMMANDS = {each.__name__: each for each in (run, test, bench, package, gcrm, screenshots, setup)}


def find_newer_python() -> str:
    """Return the path of a Python that is new enough."""
    check = f"import sys; print(sys.executable if sys.version_info >= {OLDEST_PYTHON} else '')"
    for name in NEWER_PYTHONS:
        found = ask([shutil.which(name) or name, "-c", check]).strip()
        if found:
            return found
    raise SetUpError("gCRM needs Python {}.{} or newer, and there is none here.".format(*OLDEST_PYTHON))


def main(words: list[str]) -> int:
    """Understand the command line, set up, run."""
    if not words or words[0] in ("-h", "--help", "help"):
        print(__doc__.strip())
        return 0 if words else 2
    try:
        if words[0] not in COMMANDS:
            raise UsageError(f"There is no command {words[0]!r}; there are {', '.join(COMMANDS)}.")
        if sys.version_info < OLDEST_PYTHON:
            return subprocess.call([find_newer_python(), str(ROOT / "dev.py"), *words])
        set_up()
        return COMMANDS[words[0]](words[1:])
    except (SetUpError, UsageError) as problem:
        say(str(problem))
        return 2 if isinstance(problem, UsageError) else 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
