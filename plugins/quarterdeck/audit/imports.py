"""Third-party modules that a file imports, Python by ``ast``, JavaScript by tree-sitter."""

from __future__ import annotations

import ast
import sys
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NODE = frozenset(
    [
        "assert",
        "async_hooks",
        "buffer",
        "child_process",
        "cluster",
        "console",
        "crypto",
        "dgram",
        "dns",
        "domain",
        "events",
        "fs",
        "http",
        "http2",
        "https",
        "inspector",
        "module",
        "net",
        "os",
        "path",
        "perf_hooks",
        "process",
        "punycode",
        "querystring",
        "readline",
        "repl",
        "stream",
        "string_decoder",
        "sys",
        "timers",
        "tls",
        "tty",
        "url",
        "util",
        "v8",
        "vm",
        "wasi",
        "worker_threads",
        "zlib",
        "test",
        "diagnostics_channel",
    ]
)


def python_modules(tree: ast.AST) -> set[str]:
    """Top-level modules imported by absolute name, the standard library's left out."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.partition(".")[0])
    return {name for name in found if name not in sys.stdlib_module_names}


def own_modules(paths: Iterable[str]) -> set[str]:
    """Names that a Python import may mean within the tree: its modules and every folder on the way."""
    own: set[str] = set()
    for path in paths:
        if path.endswith((".py", ".pyi")):
            pure = PurePosixPath(path)
            own.add(pure.stem)
            own.update(pure.parts[:-1])
    return own


def javascript_packages(tree: Any) -> set[str]:
    """Packages named in ``import``, ``export from``, ``require()`` and ``import()``; Node's own left out."""
    found: set[str] = set()
    for specifier in _specifiers(tree.root_node):
        if not specifier or specifier.startswith((".", "/", "node:", "#", "@/", "~", "http:", "https:")):
            continue
        parts = specifier.split("/")
        name = "/".join(parts[:2]) if specifier.startswith("@") else parts[0]
        if name not in _NODE and all(c.isalnum() or c in "@/._-" for c in name) and len(name) <= 214:
            found.add(name)
    return found


def _specifiers(root: Any) -> Iterator[str]:
    todo = [root]
    while todo:
        node = todo.pop()
        todo.extend(node.children)
        if node.type in ("import_statement", "export_statement"):
            yield _string(node.child_by_field_name("source"))
        elif node.type == "call_expression":
            called = node.child_by_field_name("function")
            arguments = node.child_by_field_name("arguments")
            if called is not None and arguments is not None and called.text in (b"require", b"import"):
                yield _string(arguments.named_children[0] if arguments.named_children else None)


def _string(node: Any) -> str:
    if node is None or node.type != "string":
        return ""
    return str(node.text.decode("utf-8", "replace")).strip("'\"")
