"""Nothing stands at the top of a module that nobody uses: dead code is deleted, not kept for a day that may come."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("kb", "retriever", "rasa_project", "web")
CALLED_FROM_OUTSIDE = {
    "rasa_project.tracker_store.BoundedTrackerStore": "Rasa, by its name in rasa_project/project.py",
    "rasa_project.components.lexicon.LexiconTokenizer": "rasa_project/config.yml",
    "rasa_project.components.normalise.TextNormaliser": "rasa_project/config.yml",
    "rasa_project.components.vector.SentenceVector": "rasa_project/config.yml",
}
TREES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(path.read_text("utf-8"))
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
}


def named_at_the_top(tree):
    """Each name that a module makes with the node that makes it; what a decorator registers is left out."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) or (isinstance(node, ast.FunctionDef) and not node.decorator_list):
            yield node.name, node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((one.id, node) for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))


def taken_from_others():
    """(module, name) of every import and of every attribute of an imported module."""
    for tree in TREES.values():
        local = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                yield from ((node.module, alias.name) for alias in node.names)
                local |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and (owner := ast.unparse(node.value)) in local:
                yield local[owner], node.attr


def used_at_home(tree, name, maker):
    """Whether the module itself reads the name anywhere but where it is made."""
    inside = set(map(id, ast.walk(maker)))
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load) and id(node) not in inside
        for node in ast.walk(tree)
    )


def test_every_name_at_the_top_of_a_module_is_used():
    taken = set(taken_from_others())
    pages = "\n".join(path.read_text("utf-8") for path in (ROOT / "web" / "templates").rglob("*.html"))
    shown = set(re.findall(r"\w+\.(\w+)", pages))
    unused = [
        f"{module}.{name}"
        for module, tree in TREES.items()
        for name, maker in named_at_the_top(tree)
        if (module, name) not in taken and name not in shown and not name.startswith("__")
        if not module.startswith("web.pages.") or name != "BLUEPRINTS"
        if not used_at_home(tree, name, maker)
    ]
    assert set(unused) == set(CALLED_FROM_OUTSIDE)
