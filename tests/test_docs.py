"""What documents, docstrings and comments name is there: files and folders, modules, commands, settings, targets."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

from kb.settings import describe

ROOT = Path(__file__).parent.parent
PACKAGES = ("kb", "retriever", "rasa_project", "web")
DOCUMENTS = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md"), ROOT / "tests" / "gold" / "README.md"])
SOURCES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "versions" not in path.parts  # a migration speaks of the day it was written
)
ENDINGS = "py|yml|yaml|md|txt|toml|png|json|jsonl|npz|js|css|html|in|lock"
NAMED = re.compile(
    rf"(?<![\w/.*-])((?:[A-Za-z][\w-]*/)*[A-Za-z][\w-]*\.(?:{ENDINGS})|(?:{'|'.join(PACKAGES)}|tests|docs)/[\w/-]*)(?![\w/.*-])"
)
DOTTED = re.compile(rf"(?<![\w./-])((?:{'|'.join(PACKAGES)})(?:\.[A-Za-z_]\w*)+)")
COMMAND = re.compile(rf"python -m ({'|'.join(PACKAGES)})((?:\.\w+)*) ?([a-z]\w*)?")
# Not of the repository: made at run time, brought by the reader, the format of others.
ELSEWHERE = {
    "data folder": "tickets/limits.yaml tickets/holidays.yaml categories.yaml holidays.yaml domain.txt entries.txt"
    " endpoints.yml",
    "encoder folder": "qixiaoban.json",
    "the BEIR form": "corpus.jsonl queries.jsonl",
    "a method": "Pool.jsonl",
    "an address of the site": "widget.js",
}
KNOWN = {name for names in ELSEWHERE.values() for name in names.split()}
BASENAMES = {path.name for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()}
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path.read_text(encoding="utf-8")
    for path in SOURCES
}


def words_of(path):
    """The docstrings and comments of a source file, all of a document."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return [text]
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, documented)]
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return docs + [token.string for token in tokens if token.type == tokenize.COMMENT]


def there(name, path):
    """Whether a name is a path from the root or from beside the file, or a bare file name of the repository."""
    return name in KNOWN or (ROOT / name).exists() or (path.parent / name).exists() or name in BASENAMES


def is_module(name):
    """Whether a dotted name is a module, or a name that the module before the last dot holds."""
    head, _, last = name.rpartition(".")
    return name in MODULES or re.search(rf"\b{last}\b", MODULES.get(head, "")) is not None


@pytest.mark.parametrize("path", [*DOCUMENTS, *SOURCES], ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_modules_that_the_words_name_are_there(path):
    words = "\n".join(words_of(path))
    missing = [name for name in NAMED.findall(words) if not there(name, path)]
    files = (*ENDINGS.split("|"), "log")
    dotted = [name for name in DOTTED.findall(words) if name.rsplit(".", 1)[-1] not in files]
    assert missing + [name for name in dotted if not is_module(name)] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_and_targets_that_a_document_names_are_there(path):
    text = path.read_text(encoding="utf-8")
    mains = {package: (ROOT / package / "__main__.py").read_text(encoding="utf-8") for package in PACKAGES}
    for package, below, command in COMMAND.findall(text):
        home = ROOT.joinpath(package, *below.strip(".").split("."), "__main__.py") if below else None
        main = home.read_text(encoding="utf-8") if home else mains[package]
        assert not command or f'"{command}"' in main, f"python -m {package}{below} {command}"
    targets = set(re.findall(r"`make (\w+)`", text))
    assert targets <= set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_settings_that_a_document_names_are_there(path):
    named = set(re.findall(r"\bQXB_[A-Z_]+\b", path.read_text(encoding="utf-8")))
    assert named <= {name for name, _, _ in describe()}


def test_the_table_of_what_is_elsewhere_names_nothing_that_nobody_names():
    words = "\n".join(text for path in [*DOCUMENTS, *SOURCES] for text in words_of(path))
    assert {name for name in KNOWN if name not in words} == set()


@pytest.fixture(scope="module")
def spoken():
    """Every word of the code but its docstrings and comments, and of the data and pages that belong to it."""
    words = set()
    for path in SOURCES:
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
            if token.type in (tokenize.NAME, tokenize.STRING) and not token.string.startswith('"""'):
                words.update(re.findall(r"\w+", token.string))
    for path in (file for package in PACKAGES for file in (ROOT / package).rglob("*.*")):
        if path.suffix in (".yaml", ".yml", ".html", ".txt") and "guides" not in path.parts:
            words.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return words


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_in_backticks_are_names_of_the_code(path, spoken):
    told = re.findall(r"`([A-Za-z_]\w+)`", "\n".join(words_of(path)))
    assert [name for name in told if name not in spoken] == []
