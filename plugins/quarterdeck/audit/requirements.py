"""What a tree's lists of requirements and lock files say of each package: whether it is pinned."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PYTHON_FILES = ("pyproject.toml", "pipfile", "uv.lock", "poetry.lock", "pipfile.lock", "setup.cfg")
JAVASCRIPT_FILES = ("package.json", "package-lock.json", "npm-shrinkwrap.json")
_REQUIREMENTS = re.compile(
    r"^(.*[-_.])?(requirements|constraints)([-_.].*)?\.(txt|in)$|^requirements/.*\.(txt|in)$"
)
_URL_SECRET = re.compile(r"//[^/@\s]+@")
# Import names that are not their distribution's name.
_DISTRIBUTIONS = {
    "yaml": "pyyaml", "cv2": "opencv-python", "pil": "pillow", "bs4": "beautifulsoup4",
    "sklearn": "scikit-learn",
    "dateutil": "python-dateutil", "dotenv": "python-dotenv", "jwt": "pyjwt", "crypto": "pycryptodome",
    "google": "google-api-python-client", "attr": "attrs", "openssl": "pyopenssl", "git": "gitpython",
    "psycopg2": "psycopg2-binary", "mysqldb": "mysqlclient", "serial": "pyserial",
    "airflow": "apache-airflow",
    "great_expectations": "great-expectations", "pkg_resources": "setuptools", "markdown": "markdown",
    "docx": "python-docx", "magic": "python-magic", "jose": "python-jose", "telegram": "python-telegram-bot",
    "slack": "slackclient", "win32api": "pywin32", "zmq": "pyzmq", "fitz": "pymupdf", "_pytest": "pytest",
    "typing_extensions": "typing-extensions", "vl_convert": "vl-convert-python",
}  # fmt: skip


@dataclass
class Declared:
    """Packages by normal name: the requirement as written, and those that a lock file holds to a version."""

    written: dict[str, str] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)

    def pinning(self, name: str, *, python: bool) -> tuple[str, str | None]:
        """``pinned``, ``ranged``, ``unpinned`` or ``undeclared``, and the requirement as written."""
        requirement = self.written.get(name)
        shown = None if requirement is None else _shown(requirement)
        if name in self.locked:
            return "pinned", shown
        if requirement is None:
            return "undeclared", None
        if python:
            return _python_pinning(requirement), shown
        return _javascript_pinning(requirement.partition("@ ")[2]), shown


def is_requirements(path: str) -> bool:
    """Whether the file lists requirements or locks them."""
    name = PurePosixPath(path).name.lower()
    return name in (*PYTHON_FILES, *JAVASCRIPT_FILES) or bool(_REQUIREMENTS.match(name))


def normal(name: str) -> str:
    """A Python distribution's name in its normal form."""
    return re.sub(r"[-_.]+", "-", name).lower()


def distributions_of(module: str) -> tuple[str, ...]:
    """Distributions that may bring the module, likeliest first."""
    known = _DISTRIBUTIONS.get(module.lower())
    return ((known,) if known else ()) + (normal(module), f"python-{normal(module)}", f"py{normal(module)}")


def declared_in(files: Iterable[tuple[str, str]]) -> tuple[Declared, Declared]:
    """What the files (path, text) declare: for Python, for JavaScript. A broken one declares nothing."""
    python, javascript = Declared(), Declared()
    for path, text in files:
        name = PurePosixPath(path).name.lower()
        try:
            if name in JAVASCRIPT_FILES:
                _read_javascript(name, json.loads(text), javascript)
            elif name in PYTHON_FILES:
                _read_python(name, text, python)
            else:
                _add_requirements(text.splitlines(), python)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            continue  # its own row in code_files says that it does not parse
    return python, javascript


def _read_python(name: str, text: str, into: Declared) -> None:
    if name == "setup.cfg":
        return
    if name == "pipfile.lock":
        for part in ("default", "develop"):
            into.locked.update(normal(one) for one in json.loads(text).get(part, {}))
        return
    content = tomllib.loads(text)
    if name.endswith(".lock"):
        into.locked.update(normal(one["name"]) for one in content.get("package", ()))
        return
    _add_requirements(_pyproject_lines(content), into)


def _pyproject_lines(content: dict[str, Any]) -> Iterator[str]:
    project = content.get("project", {})
    yield from project.get("dependencies", ())
    for group in (
        *project.get("optional-dependencies", {}).values(),
        *content.get("dependency-groups", {}).values(),
    ):
        yield from (one for one in group if isinstance(one, str))
    poetry = content.get("tool", {}).get("poetry", {})
    tables = [poetry.get("dependencies", {}), content.get("packages", {}), content.get("dev-packages", {})]
    tables += [group.get("dependencies", {}) for group in poetry.get("group", {}).values()]
    for table in tables:
        for name, wanted in table.items():
            version = wanted if isinstance(wanted, str) else wanted.get("version", "*")
            exact = re.fullmatch(r"=?=?\s*\d[\w.]*", version) is not None and not version.startswith("^")
            yield (
                name
                if version == "*"
                else f"{name}=={version.lstrip('= ')}"
                if exact
                else f"{name}>={version.lstrip('^~><= ')}"
            )


def _add_requirements(lines: Iterable[str], into: Declared) -> None:
    from packaging.requirements import InvalidRequirement, Requirement

    for line in lines:
        bare = re.sub(r"(^|\s)#.*$", "", line).split(" --hash")[0].strip().rstrip("\\").strip()
        if not bare or bare.startswith("-"):
            continue
        try:
            name = normal(Requirement(bare).name)
        except InvalidRequirement:
            continue
        # An exact one (a lock) outdoes a range written elsewhere.
        if name not in into.written or _python_pinning(bare) == "pinned":
            into.written[name] = bare


def _python_pinning(requirement: str) -> str:
    from packaging.requirements import Requirement

    parsed = Requirement(requirement)
    if parsed.url:
        return (
            "pinned"
            if re.search(r"@[0-9a-f]{40}|#sha256=|-\d[\w.]*(-[^/]*)?\.(whl|tar\.gz)", parsed.url)
            else "unpinned"
        )
    exact = [
        one for one in parsed.specifier if one.operator in ("==", "===") and not one.version.endswith("*")
    ]
    return "pinned" if exact else "ranged" if len(parsed.specifier) else "unpinned"


def _read_javascript(name: str, content: dict[str, Any], into: Declared) -> None:
    if name == "package.json":
        for part in ("peerDependencies", "optionalDependencies", "devDependencies", "dependencies"):
            into.written.update({one: f"{one}@ {wanted}" for one, wanted in content.get(part, {}).items()})
        return
    for place in content.get("packages", {}):
        if "node_modules/" in place:
            into.locked.add(place.rpartition("node_modules/")[2])
    into.locked.update(content.get("dependencies", {}))


def _javascript_pinning(wanted: str) -> str:
    if re.fullmatch(r"=?v?\d+\.\d+\.\d+(-[\w.]+)?", wanted):
        return "pinned"
    return "unpinned" if wanted in ("", "*", "latest", "x") or "://" in wanted or "/" in wanted else "ranged"


def _shown(requirement: str) -> str:
    """As written, without what stands before the @ of a URL, and no query: both may hold a token."""
    shown = _URL_SECRET.sub("//", requirement)
    return re.sub(r"(://[^?\s]*)\?\S*", r"\1", shown).replace("@ ", "@", 1) if "@ " in shown else shown
