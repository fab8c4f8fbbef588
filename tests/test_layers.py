"""The architecture as tables: who may import whom, package by package and room by room; the home of each library."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "kb": {"kb"},
    "retriever": {"kb", "retriever"},
    "rasa_project": {"kb", "retriever", "rasa_project"},
    "web": {"kb", "retriever", "web"},
}
HOMES = {
    "chinese_calendar": "kb/workdays.py",
    "faiss": "retriever/index/dense.py",
    "jieba": "retriever/text/tokenize.py",
    "sentence_transformers": "retriever/",
    "onnx": "retriever/encoder/onnx_graph.py",
    "opencc": "retriever/text/normalize.py",
    "rasa_sdk": "rasa_project/actions",
    "rasa": "rasa_project/",
    "flask": "web/",
    "gunicorn": "web/",
    "huey": "web/jobs.py",
    "openpyxl": "kb/exchange/",
    "scipy": "retriever/",
    "wechatpy": "web/channels/callback_crypto.py",
    "xmltodict": "web/channels/xml.py",
}
# The rooms of each package, floor by floor: a room (a folder, or a file beside the folders) uses rooms of lower
# floors only, and rooms of one floor leave each other alone. A new file or folder has to be given its place here.
FLOORS = {
    "kb": (
        "bodies errors labels locks lru_cache privacy tables text_fit yaml_reader",
        "database models settings terms workdays",
        "batch diff facets files lexicon matching packages",
        "checks exchange flowchart lexicon_overrides",
        "store",
        "bench console",
        "__main__",
    ),
    "retriever": ("errors text", "encoder", "index", "search", "dialogue training", "evaluation", "__main__"),
    "rasa_project": (
        "actions components errors parse project server tracker_store",
        "evaluate training",
        "compare",
        "__main__",
    ),
    "web": (
        "assets clock commands database errors failed_tries jobs metrics numbers one_time_tokens outbox rate_limit"
        " security tables",
        "knowledge text uploads",
        "accounts profiles",
        "chat notices sites tickets",
        "channels curation push review signals",
        "services",
        "pages",
        "app",
        "__main__",
    ),
}
# Who may look into a sent form: the decorator, and two readers of forms whose fields no model can name beforehand.
READERS = {"web/pages/form.py", "web/pages/curator/entry_form.py", "web/pages/officer/move_form.py"}
MOST_FILES = 25
CROWDED = {"kb/guides", "web/templates", "web/migrations/versions"}  # one file an entry, a page, a change of the tables
ALLOWED_TOP = {"rasa_project", "kb", "retriever", "web", "tests", "docs", ".ci"}
MODULES = sorted(path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))


def module_name(path):
    """The name under which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


NAMES = {module_name(path): path for path in MODULES}


@cache
def nodes(path):
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imported(path):
    """Every module name a file imports, wherever in the file the import stands."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module


def top_names(path):
    return {name.split(".")[0] for name in imported(path)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    package = path.relative_to(ROOT).parts[0]
    assert top_names(path) & set(MAY_IMPORT) <= MAY_IMPORT[package]


def room(name):
    """The room of a module, (package, room): its folder or file right below the package."""
    package, *below = name.split(".")
    return package, below[0] if below else "__init__"


def modules_imported(path):
    """Every module of ours that a file imports, a name taken from a package counted as a module where it is one."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                yield below if below in NAMES else node.module


def floors(package):
    """The floor of each room of a package, counted from the ground."""
    return {name: number for number, rooms in enumerate(FLOORS[package]) for name in rooms.split()}


@pytest.mark.parametrize("package", sorted(FLOORS))
def test_every_room_has_its_floor(package):
    there = {room(name)[1] for name in NAMES if name.split(".")[0] == package} - {"__init__", "migrations"}
    assert there == set(floors(package))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_use_lower_rooms_only(path):
    package, own = room(module_name(path))
    if own in ("__init__", "migrations"):
        return
    height = floors(package)
    used = {below for name in modules_imported(path) for home, below in [room(name)] if home == package}
    assert [below for below in used - {own, "__init__"} if height[below] >= height[own]] == []


def test_no_files_import_each_other_in_a_circle():
    graph = {name: set(modules_imported(path)) & NAMES.keys() - {name} for name, path in NAMES.items()}
    while ready := {name for name, below in graph.items() if not below}:
        graph = {name: below - ready for name, below in graph.items() if name not in ready}
    assert graph == {}


def test_no_folder_is_too_full_to_be_read():
    files = Counter(
        str(path.parent.relative_to(ROOT))
        for package in (*MAY_IMPORT, "tests", "docs")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    crowded = {name: count for name, count in files.items() if count > MOST_FILES}
    assert [name for name in crowded if not name.startswith(tuple(CROWDED))] == []


@pytest.mark.parametrize("library", sorted(HOMES))
def test_heavy_library_has_one_home(library):
    users = [str(path.relative_to(ROOT)) for path in MODULES if library in top_names(path)]
    assert users, f"nothing imports {library}: take it out of this table and of requirements.in"
    assert [user for user in users if not user.startswith(HOMES[library])] == []


def looks_into_forms(path):
    """Whether a file reads `form` or `values` of Flask's request, under whatever name it imports it."""
    names = {
        alias.asname or alias.name
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for alias in node.names
        if alias.name == "request"
    }
    read = (node for node in nodes(path) if isinstance(node, ast.Attribute) and node.attr in ("form", "values"))
    return any(isinstance(node.value, ast.Name) and node.value.id in names for node in read)


def test_sent_forms_are_read_through_models():
    assert {str(path.relative_to(ROOT)) for path in MODULES if looks_into_forms(path)} == READERS


def test_no_module_is_named_for_what_is_left_over():
    names = {part for path in MODULES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not names & {"utils", "helpers", "common", "core", "manager", "misc"}


def test_top_level_holds_the_agreed_folders_only():
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()}
    made = {
        ".git",
        ".venv",
        ".data",
        ".pytest_cache",
        ".mypy_cache",
        ".ruff_cache",
        ".hypothesis",
        ".rasa",
        "node_modules",
    }
    assert folders - made <= ALLOWED_TOP


def test_nothing_is_swallowed_in_silence():
    silent = []
    for path in MODULES:
        for node in nodes(path):
            if isinstance(node, ast.ExceptHandler) and len(node.body) == 1 and isinstance(node.body[0], ast.Pass):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert silent == []
