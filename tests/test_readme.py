"""README and settings cannot go stale: what they name is there."""

import re
from pathlib import Path

import pytest

from kb.settings import describe

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
DOCS = sorted((ROOT / "docs").glob("*.md"))
PATHS = sorted(set(re.findall(r"[`(](\w[\w./-]*\.(?:py|yml|yaml|md|txt|toml|png|json|jsonl))[`)]", README)))
TARGETS = sorted(set(re.findall(r"\bmake ([a-z]+)", README)))
MODULES = sorted(set(re.findall(r"python -m (kb|retriever|rasa_project|web)\b", README)))


def test_readme_is_read_and_short():
    assert PATHS and TARGETS and MODULES
    assert len(README.splitlines()) <= 150


@pytest.mark.parametrize("path", PATHS)
def test_file_named_in_readme_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("target", TARGETS)
def test_make_target_named_in_readme_exists(target):
    assert re.search(rf"^{target}:", MAKEFILE, flags=re.MULTILINE)


@pytest.mark.parametrize("module", MODULES)
def test_command_named_in_readme_exists(module):
    assert (ROOT / module / "__main__.py").is_file()


@pytest.mark.parametrize("doc", DOCS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(doc):
    text = doc.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [link for link in links if not (doc.parent / link).exists()] == []


def test_every_setting_is_in_the_example_file_with_its_default():
    lines = dict(re.findall(r"^#?\s?(QXB_[A-Z_]+)=(.*)$", EXAMPLE, flags=re.MULTILINE))
    assert lines == {name: default for name, default, _ in describe()}


@pytest.mark.parametrize("path", [ROOT / "README.md", *DOCS], ids=lambda path: path.name)
def test_no_line_of_a_log_stands_among_the_words(path):
    found = re.findall(r"^(?:DEBUG|INFO|WARNING|ERROR):.*|.*\x1b.*|.*\d+%\|.*", path.read_text(encoding="utf-8"), re.M)
    assert found == []
