"""The architecture as a table: who may import whom, and the one home of each heavy library."""

import ast
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
    "faiss": "retriever/dense.py",
    "jieba": "retriever/tokenize.py",
    "sentence_transformers": "retriever/",
    "bm25s": "retriever/lexical.py",
    "onnx": "retriever/onnx_graph.py",
    "opencc": "retriever/normalize.py",
    "rasa_sdk": "rasa_project/actions",
    "rasa": "rasa_project/",
    "flask": "web/",
    "gunicorn": "web/",
    "openpyxl": "kb/exchange/",
    "wechatpy": "web/channels/sealing.py",
    "xmltodict": "web/channels/xml.py",
}
ALLOWED_TOP = {"rasa_project", "kb", "retriever", "web", "tests", "docs", ".ci"}
MODULES = sorted(path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))


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


@pytest.mark.parametrize("library", sorted(HOMES))
def test_heavy_library_has_one_home(library):
    users = [str(path.relative_to(ROOT)) for path in MODULES if library in top_names(path)]
    assert users, f"nothing imports {library}: take it out of this table and of requirements.in"
    assert [user for user in users if not user.startswith(HOMES[library])] == []


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
