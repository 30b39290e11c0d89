"""A file's language by its name, and whether it is a test."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_BY_SUFFIX = {
    "python": ".py .pyi .pyw", "javascript": ".js .mjs .cjs .jsx .gs", "typescript": ".ts .mts .cts",
    "tsx": ".tsx", "json": ".json .webmanifest .ipynb", "jsonc": ".jsonc .json5", "yaml": ".yaml .yml",
    "toml": ".toml", "html": ".html .htm", "css": ".css", "shell": ".sh .bash", "go": ".go", "java": ".java",
    "sql": ".sql", "ruby": ".rb", "php": ".php", "rust": ".rs", "c": ".c .h", "c++": ".cc .cpp .hpp",
    "c#": ".cs", "kotlin": ".kt .kts", "swift": ".swift", "terraform": ".tf .tfvars", "xml": ".xml .svg",
    "ini": ".ini .cfg .conf .properties", "markdown": ".md", "vue": ".vue", "scss": ".scss .less",
    "perl": ".pl .pm", "powershell": ".ps1", "text": ".txt .rst", "template": ".j2 .jinja .tmpl .tpl",
}  # fmt: skip
_SUFFIXES = {suffix: language for language, all_of in _BY_SUFFIX.items() for suffix in all_of.split()}
_NAMES = {
    "dockerfile": "dockerfile", "makefile": "make", "pipfile": "toml", "poetry.lock": "toml",
    "uv.lock": "toml", "pipfile.lock": "json", "tsconfig.json": "jsonc", "jsconfig.json": "jsonc",
    ".bashrc": "shell", ".bash_profile": "shell", ".profile": "shell", ".zshrc": "shell",
}  # fmt: skip
_JSON_WITH_COMMENTS = re.compile(r"(^|/)(\.vscode/.*|tsconfig[^/]*|devcontainer|\.eslintrc)\.json$")
_SHEBANG = re.compile(r"^#!.*?\b(python|node|bash|sh)\b")
_BY_SHEBANG = {"python": "python", "node": "javascript", "bash": "shell", "sh": "shell"}
_TEST = re.compile(
    r"(^|/)(tests?|__tests__|spec)/|(^|/)(test_[^/]*|[^/]*_test|[^/]*\.(test|spec)|conftest)\.[a-z]+$", re.I
)
_ENVIRONMENT = re.compile(r"(^|/)(\.env|[^/]+\.env|\.env[._-][^/]+|\.flaskenv|\.envrc)$", re.I)
# Not programs: their lines are no lines of code.
NO_CODE = frozenset({"markdown", "text", "json", "jsonc", "xml", "other", "environment"})


def language_of(path: str, text: str) -> str:
    """The language; ``other`` where the name doesn't tell."""
    name = PurePosixPath(path).name.lower()
    if is_environment_file(path):
        return "environment"
    if _JSON_WITH_COMMENTS.search(path):
        return "jsonc"
    found = _NAMES.get(name) or _SUFFIXES.get(PurePosixPath(name).suffix)
    if found is None and text.startswith("#!"):
        shebang = _SHEBANG.match(text[:200].split("\n", 1)[0])
        found = _BY_SHEBANG[shebang[1]] if shebang else None
    return found or "other"


def is_test(path: str) -> bool:
    """Whether the path is one of a test, by the conventions of Python and JavaScript."""
    return _TEST.search(path) is not None


def is_environment_file(path: str) -> bool:
    """Whether it is a plain file of environment variables: ``.env``, ``app.env``, ``.env.local``."""
    return _ENVIRONMENT.search(path) is not None
