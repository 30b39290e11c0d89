"""Tree-sitter's parsers, from wheels that carry them: nothing is downloaded at run time."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

_GRAMMARS = {
    "javascript": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "jsonc": ("tree_sitter_json", "language"),
    "html": ("tree_sitter_html", "language"),
    "css": ("tree_sitter_css", "language"),
    "shell": ("tree_sitter_bash", "language"),
    "go": ("tree_sitter_go", "language"),
    "java": ("tree_sitter_java", "language"),
}
LANGUAGES = frozenset(_GRAMMARS)


def parse(language: str, text: str) -> Any:
    """The syntax tree (a tree-sitter ``Tree``); a language of LANGUAGES."""
    return _parser(language).parse(text.encode("utf-8", "replace"))


@cache
def _parser(language: str) -> Any:
    tree_sitter: Any = importlib.import_module("tree_sitter")
    module, function = _GRAMMARS[language]
    grammar = tree_sitter.Language(getattr(importlib.import_module(module), function)())
    return tree_sitter.Parser(grammar)


def first_error(tree: Any) -> int | None:
    """The line of the first thing that does not parse; None where all does."""
    node = tree.root_node
    if not node.has_error:
        return None
    while True:
        broken = next((child for child in node.children if child.has_error or child.is_missing), None)
        if broken is None or node.is_error:
            return int(node.start_point[0]) + 1
        node = broken
