"""Use of credentials: environment variables, arguments, files and secret stores; names, never values."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENERS = ("open", "Path", "from_service_account_file", "load_credentials_from_file")
_NAME = re.compile(
    r"passw|passphrase|pwd|secret|token|api_?key|access_?key|private_?key|credential|auth_?key", re.I
)
_VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,79}$")
_FILE = re.compile(
    r"(credentials?|service[_-]?account|client_secret|id_rsa|\.aws/credentials|token)[\w.-]*\.?(json|pickle|pem|ini|ya?ml)?$",
    re.I,
)
_ARGUMENTS = frozenset(
    ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "api_key", "apikey",
     "access_token", "auth_token", "secret_key", "client_secret",
     "private_key", "password", "passwd", "token"]
)  # fmt: skip
_STORES = frozenset({"secretsmanager", "ssm"})
_STORE_CALLS = frozenset({"get_secret_value", "get_parameter", "get_parameters", "batch_get_secret_value"})
Use = tuple[int, str, str]
"""Line, name, how."""

_SCRIPT = re.compile(
    r"process\.env(?:\.(?P<dotted>[A-Za-z_]\w{0,79})|\[['\"](?P<indexed>[A-Za-z_]\w{0,79})['\"]\])"
    r"|getProperty\(\s*['\"](?P<property>[A-Za-z_]\w{0,79})['\"]"
    r"|\b(?P<store>SecretsManagerClient|GetSecretValueCommand|SSMClient|GetParameterCommand)\b"
)


def python_uses(tree: ast.AST) -> Iterator[Use]:
    """Uses in a Python file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _called(node.value) == "environ":
            yield from _variable(node.lineno, node.slice)
        elif isinstance(node, ast.Call):
            yield from _call(node)


def script_uses(text: str) -> Iterator[Use]:
    """Uses in a JavaScript or TypeScript file."""
    if (
        "process.env" not in text
        and "getProperty" not in text
        and "Command" not in text
        and "Client" not in text
    ):
        return
    for match in _SCRIPT.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        name = match["dotted"] or match["indexed"] or match["property"]
        if name and _NAME.search(name):
            yield line, name, "environment" if not match["property"] else "secret_store"
        elif match["store"]:
            yield line, match["store"], "secret_store"


def _called(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _call(node: ast.Call) -> Iterator[Use]:
    name = _called(node.func)
    first: Any = node.args[0] if node.args else None
    if name in ("getenv", "get", "pop") and first is not None:
        owner = _called(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        if name == "getenv" or owner == "environ":
            yield from _variable(node.lineno, first)
    elif name in _STORE_CALLS:
        yield node.lineno, name, "secret_store"
    elif name in ("client", "resource") and isinstance(first, ast.Constant) and first.value in _STORES:
        yield node.lineno, str(first.value), "secret_store"
    elif name in _OPENERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
        file = re.split(r"[\\/]", first.value)[-1]
        if _FILE.search(first.value) and len(file) <= 60:
            yield node.lineno, file, "file"
    for keyword in node.keywords:
        if keyword.arg in _ARGUMENTS and not (
            isinstance(keyword.value, ast.Constant) and not keyword.value.value
        ):
            yield node.lineno, keyword.arg or "", "argument"


def _variable(line: int, node: ast.AST) -> Iterator[Use]:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return
    # A value put where the name belongs is not repeated.
    if _VARIABLE.match(node.value) and _NAME.search(node.value):
        yield line, node.value, "environment"
