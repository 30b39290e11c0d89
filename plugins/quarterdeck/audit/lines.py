"""Lines of code: neither blank nor all comment, by each language's own comment signs."""

from __future__ import annotations

import ast
import re
from functools import cache

from quarterdeck.audit.languages import NO_CODE

_HASH = {"python", "yaml", "toml", "shell", "ruby", "terraform", "dockerfile", "make", "perl", "powershell"}
_SLASHES = {
    "javascript", "typescript", "tsx", "go", "java", "rust", "c", "c++", "c#", "kotlin", "swift", "php",
    "scss", "vue",
}  # fmt: skip
_STRINGS = r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''


def code_lines(language: str, text: str, tree: ast.AST | None = None) -> int:
    """Lines that hold code; a Python docstring is a comment. None of data and prose."""
    if language in NO_CODE:
        return 0
    pattern = _comments(language)
    kept = pattern.sub(_without_comment, text) if pattern else text
    lines = {number for number, line in enumerate(kept.split("\n"), 1) if line.strip()}
    return len(lines - _docstring_lines(tree)) if tree is not None else len(lines)


@cache
def _comments(language: str) -> re.Pattern[str] | None:  # noqa: PLR0911 - a table, a line a language
    """Strings are matched first, so that a comment's sign within one is none."""
    if language == "python":
        triple = r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\''
        return re.compile(rf"{triple}|{_STRINGS}|(?P<comment>\#[^\n]*)", re.S)
    if language in _HASH:
        return re.compile(rf"{_STRINGS}|(?P<comment>(?<![\w$]){re.escape('#')}[^\n]*)")
    if language in _SLASHES:
        return re.compile(rf"{_STRINGS}|`(?:\\.|[^`\\])*`|(?P<comment>//[^\n]*|/\*.*?\*/)", re.S)
    if language == "css":
        return re.compile(r"(?P<comment>/\*.*?\*/)", re.S)
    if language == "sql":
        return re.compile(rf"{_STRINGS}|(?P<comment>--[^\n]*|/\*.*?\*/)", re.S)
    if language == "html":
        return re.compile(r"(?P<comment><!--.*?-->)", re.S)
    if language == "ini":
        return re.compile(r"(?P<comment>^[ \t]*[#;][^\n]*)", re.M)
    return None


def _without_comment(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n") if match["comment"] else match[0]


def _docstring_lines(tree: ast.AST) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first = node.body[0] if node.body else None
        if (
            isinstance(first, ast.Expr)
            and isinstance(first.value, ast.Constant)
            and isinstance(first.value.value, str)
        ):
            lines.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines
