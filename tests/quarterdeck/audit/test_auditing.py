"""What an audit says of files: state, syntax, lines, imports, use of credentials, archives."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from quarterdeck.audit.archives import zip_files
from quarterdeck.audit.auditing import audit
from quarterdeck.audit.definition import LARGEST_FILE, AuditError, MemoryFile, UnreadFile
from quarterdeck.audit.syntax import syntax_of


def records(*files: Any, commits: int = 1, **options: Any) -> dict[str, list[dict[str, Any]]]:
    return audit("p", "repository", files, commits_scanned=commits, salt=b"s", **options).records


def test_what_could_not_be_opened_has_a_failed_row_and_no_other() -> None:
    found = records(MemoryFile("a.py", b"x = 1\n"), failed="not a repository")
    (summary,) = found.pop("code_audits")
    assert (summary["state"], summary["because"], summary["files_seen"]) == ("failed", "not a repository", 0)
    assert all(rows == [] for rows in found.values())


@pytest.mark.parametrize(
    ("files", "commits"),
    [([UnreadFile("a.py", 3, "encrypted")], 1), ([MemoryFile("a.py", b"x = 1\n")], 0)],
    ids=["nothing readable", "no commit scanned"],
)
def test_an_audit_that_looked_at_nothing_is_never_clean(files: list[Any], commits: int) -> None:
    (summary,) = records(*files, commits=commits)["code_audits"]
    assert summary["state"] == "failed"
    assert summary["because"]


def test_what_is_skipped_is_counted_with_its_reason() -> None:
    found = records(
        MemoryFile("a.py", b"x = 1\n"),
        MemoryFile("big.json", b" " * (LARGEST_FILE + 1)),
        MemoryFile("a.png", b"\x89PNG\0\0\0\1\2\3"),
        MemoryFile("vendor/b.py", b"x ="),
        exclude=("vendor/*",),
    )
    (summary,) = found["code_audits"]
    assert (summary["files_seen"], summary["files_read"], summary["files_skipped"]) == (4, 1, 3)
    assert summary["because"] == f"not read: 1 above {LARGEST_FILE} bytes, 1 binary, 1 excluded"


@pytest.mark.parametrize(
    ("language", "text", "parses", "problem"),
    [
        ("python", "x = 1\n", True, None),
        ("python", "x = (\n", False, "line 1: was never closed"),
        ("python", "a = 1\nb = '\\d'\n", True, None),
        ("python", "x\0 = 1", False, "line 1: null bytes"),
        ("javascript", "const a = <b>c</b>;\n", True, None),
        ("javascript", "let a = 1;\nlet b = ;\n", False, "line 2: invalid syntax"),
        ("typescript", "const a: number = 1;\n", True, None),
        ("json", '{"a": 1,}', False, "line 1: not JSON"),
        ("yaml", "a: !Ref b\n", True, None),
        ("yaml", "a: [1\nb: 2\n", False, "line 2: not YAML"),
        ("toml", "a = 1\na = 2\n", False, "line 2: not TOML"),
        ("markdown", "# a", None, None),
    ],
)
def test_syntax(language: str, text: str, parses: bool | None, problem: str | None) -> None:
    found = syntax_of(language, text)
    assert (found.parses, found.problem) == (parses, problem)


def test_deep_nesting_fails_its_own_file_only() -> None:
    found = records(MemoryFile("deep.py", b"(" * 5000 + b")" * 5000), MemoryFile("b.py", b"x = 1\n"))
    assert {row["path"]: row["parses"] for row in found["code_files"]} == {"deep.py": False, "b.py": True}


def test_lines_of_code_leave_out_blanks_comments_and_docstrings() -> None:
    python = b'"""Doc\nstring."""\n\n# a comment\nx = "# no comment"  # one\ny = 2\n'
    script = b'// one\n/* two\n three */\nlet a = "// no comment";\n\n'
    found = records(MemoryFile("a.py", python), MemoryFile("a.js", script))
    assert [(row["lines"], row["code_lines"]) for row in found["code_files"]] == [(6, 2), (5, 1)]


def test_imports_and_whether_they_are_pinned() -> None:
    found = records(
        MemoryFile(
            "app/a.py", b"import os, yaml, requests.sessions\nfrom app import b\nimport numpy, boto3\n"
        ),
        MemoryFile("app/b.py", b"import yaml\nfrom . import a\n"),
        MemoryFile("requirements.txt", b"PyYAML==6.0.2 --hash=sha256:00\nrequests>=2\nnumpy\n"),
        MemoryFile("w.ts", b'import x from "@scope/pkg/sub";\nimport fs from "fs";\nimport "./own";\n'),
        MemoryFile("w.js", b'const l = require("lodash");\nconst p = require("left-pad");\n'),
        MemoryFile("package.json", b'{"dependencies": {"@scope/pkg": "^1.0.0", "lodash": "^4.0.0"}}'),
        MemoryFile("package-lock.json", b'{"packages": {"node_modules/lodash": {"version": "4.1.0"}}}'),
    )
    assert [(r["ecosystem"], r["package"], r["files"], r["pinning"]) for r in found["code_imports"]] == [
        ("python", "boto3", 1, "undeclared"),
        ("python", "numpy", 1, "unpinned"),
        ("python", "requests", 1, "ranged"),
        ("python", "pyyaml", 2, "pinned"),
        ("javascript", "@scope/pkg", 1, "ranged"),
        ("javascript", "left-pad", 1, "undeclared"),
        ("javascript", "lodash", 1, "pinned"),
    ]


def test_use_of_credentials() -> None:
    python = (
        b'import os, boto3\nos.environ["API_TOKEN"]\nos.getenv("HOME")\nboto3.client("secretsmanager")\n'
        b'boto3.client("s3", aws_secret_access_key=x)\nopen("conf/credentials.json")\n'
    )
    found = records(MemoryFile("a.py", python), MemoryFile("a.js", b"const k = process.env.API_KEY;\n"))
    assert [(r["path"], r["line"], r["name"], r["how"]) for r in found["code_credentials"]] == [
        ("a.py", 2, "API_TOKEN", "environment"),
        ("a.py", 4, "secretsmanager", "secret_store"),
        ("a.py", 5, "aws_secret_access_key", "argument"),
        ("a.py", 6, "credentials.json", "file"),
        ("a.js", 1, "API_KEY", "environment"),
    ]


def packed(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_an_archive_is_read_within_limits() -> None:
    bomb = b"0" * 5_000_000
    data = packed(**{"a.py": b"x = 1\n", "../b.py": b"x", "c.zip": packed(d=b"x"), "bomb.txt": bomb})
    files = {file.path: file for file in zip_files(data)}
    assert files["a.py"].read() == b"x = 1\n"
    for name, because in [
        ("../b.py", "leads out"),
        ("c.zip", "within the archive"),
        ("bomb.txt", "200 times"),
    ]:
        with pytest.raises(AuditError, match=because):
            files[name].read()


def test_an_encrypted_file_is_skipped() -> None:
    data = bytearray(packed(a=b"x"))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (file,) = zip_files(bytes(data))
    with pytest.raises(AuditError, match="encrypted"):
        file.read()


def test_what_is_no_archive_is_an_error() -> None:
    with pytest.raises(AuditError, match="expected a zip archive, found 5 bytes"):
        list(zip_files(b"hello"))


def test_a_broken_entry_stops_no_other() -> None:
    data = bytearray(packed(a=b"hello world, hello world", b=b"x = 1"))
    data[data.index(b"a", 30) + 3] ^= 0xFF
    files = list(zip_files(bytes(data)))
    assert [type(file) for file in files] == [UnreadFile, MemoryFile]
