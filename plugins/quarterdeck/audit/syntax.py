"""Whether a file is well-formed, by its language's own parser.

A parser's message may quote the line, and the line may hold a secret: problems are told in words of ours.
"""

from __future__ import annotations

import ast
import json
import tomllib
import warnings
from dataclasses import dataclass
from typing import Any

from quarterdeck.audit import grammars

# Python's messages that quote nothing; any other is told as "invalid syntax".
_SAYINGS = (
    "unterminated triple-quoted string literal", "unterminated string literal", "unterminated f-string",
    "unexpected indent", "expected an indented block", "unindent does not match", "was never closed",
    "inconsistent use of tabs", "positional argument follows keyword argument", "Missing parentheses",
    "invalid decimal literal", "unmatched", "does not match opening parenthesis", "expected ':'",
    "cannot assign to", "invalid non-printable character", "invalid character", "null bytes",
    "'return' outside function", "'await' outside function", "leading zeros in decimal integer literals",
)  # fmt: skip
_TOO_DEEP = "nested too deeply to be parsed"


@dataclass(frozen=True)
class Syntax:
    """``parses`` None: there is no parser for the language. ``tree``: ast's or tree-sitter's."""

    parses: bool | None
    problem: str | None = None
    tree: Any = None


def syntax_of(language: str, text: str, path: str = "") -> Syntax:  # noqa: PLR0911 - a line a language
    """Parse the text; anything that the parser raises is a problem of this file alone."""
    try:
        if language == "python":
            return _python(text)
        if language == "json":
            json.loads(text)
            return Syntax(True)
        if language == "toml":
            tomllib.loads(text)
            return Syntax(True)
        if language == "yaml":
            return _yaml(text)
        if language in grammars.LANGUAGES:
            return _by_grammar(language, text, path)
    except json.JSONDecodeError as error:
        return Syntax(False, f"line {error.lineno}: not JSON")
    except tomllib.TOMLDecodeError as error:
        return Syntax(False, _toml_problem(error))
    except (RecursionError, MemoryError):
        return Syntax(False, _TOO_DEEP)
    except ValueError:
        return Syntax(False, "a value that the parser does not take")
    return Syntax(None)


def _python(text: str) -> Syntax:
    if "\0" in text:
        return Syntax(False, f"line {text[: text.index(chr(0))].count(chr(10)) + 1}: null bytes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return Syntax(True, None, ast.parse(text))
        except SyntaxError as error:
            said = error.msg or ""
            saying = next((one for one in _SAYINGS if one in said), "invalid syntax")
            return Syntax(False, f"line {error.lineno or 1}: {saying}")


def _toml_problem(error: tomllib.TOMLDecodeError) -> str:
    """Only the number is taken from the message."""
    _, _, rest = str(error).rpartition("(at line ")
    line = rest.split(",", 1)[0]
    return f"line {line}: not TOML" if line.isdigit() else "not TOML"


def _yaml(text: str) -> Syntax:
    import yaml

    if "{{" in text or "{%" in text:
        return Syntax(None)  # a template of YAML is not YAML yet
    try:
        for _ in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            pass
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return Syntax(False, f"line {mark.line + 1}: not YAML" if mark else "not YAML")
    return Syntax(True)


def _by_grammar(language: str, text: str, path: str) -> Syntax:
    if language == "javascript" and path.endswith((".js", ".jsx")) and "@flow" in text[:500]:
        language = "tsx"
    tree = grammars.parse(language, text)
    line = grammars.first_error(tree)
    if line is None:
        return Syntax(True, None, tree)
    if language in ("html", "css", "shell"):
        # Browsers and shells take what these grammars don't: no verdict rather than a false one.
        return Syntax(None, None, tree)
    return Syntax(False, f"line {line}: invalid syntax", tree)
