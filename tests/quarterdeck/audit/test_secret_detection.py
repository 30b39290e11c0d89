# ruff: noqa: E501 - planted secrets are long
"""Secrets are found where they are, counted once, and not seen where there is none."""

from __future__ import annotations

import codecs
import json
import logging
from typing import Any

import pytest

from quarterdeck.audit.auditing import audit
from quarterdeck.audit.definition import Audit, Match, MemoryFile
from quarterdeck.audit.environment import environment_secrets

SALT = b"salt of the tests"
KEY_ID = "AKIA" + "QX3R7ZLM" + "5TNVWY2B"
KEY_SECRET = "hT9+zQ4rLm" + "Xw2Vb7Nc/5" + "KdYp8Gf3Js" + "6Aq1Re0UiO"
TOKEN = "ghp_" + "a8Kd03LmQz" + "7Yt5RwXc1V" + "bN9pEs2Uf4Hj6GpQ"
PASSWORD = "Zx9!kq" + "72#mWv"


def audited(*files: MemoryFile, **options: Any) -> Audit:
    return audit("place", "repository", files, commits_scanned=1, salt=SALT, **options)


def secrets_of(*files: MemoryFile, **options: Any) -> list[dict[str, Any]]:
    return audited(*files, **options).records["code_secrets"]


def test_a24_a_settings_file_in_three_encodings_is_three_hits_on_the_right_line() -> None:
    text = f'# café\nname = "x"\napi_token = "{TOKEN}"\n'
    encodings = {
        "utf8": text.encode(),
        "le": codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        "be": codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    }
    for name, data in encodings.items():
        (found,) = secrets_of(MemoryFile(f"{name}.ini", data))
        assert (found["path"], found["line"]) == (f"{name}.ini", 3)
    together = secrets_of(*(MemoryFile(f"{name}.ini", data) for name, data in encodings.items()))
    assert [row["places"] for row in together] == [3]  # one secret, three places


def test_a26_hashes_of_a_lock_file_are_none_and_an_access_key_pair_is_one() -> None:
    checksum = "sha512-" + "Qz7" * 20 + "aWs4" + "bT1" * 8 + "=="
    lock = json.dumps({"packages": {"a": {"integrity": checksum}}})
    gradle = "group:lib:2.0.6=default\n"
    pair = f"aws_access_key_id = {KEY_ID}\naws_secret_access_key = {KEY_SECRET}\n"
    found = secrets_of(
        MemoryFile("package-lock.json", lock.encode()),
        MemoryFile("other.txt", lock.encode()),
        MemoryFile("gradle.lockfile", gradle.encode()),
        MemoryFile("credentials", pair.encode()),
    )
    assert [(row["path"], row["kind"]) for row in found] == [("credentials", "AWS access key pair")]


@pytest.mark.parametrize(
    "line",
    [
        'password = "changeme"',
        'password = os.environ["DB_PASSWORD"]',
        'api_key = "<your-api-key>"',
        'api_key = "${API_KEY}"',
        'token = "' + "AKIAIOSFODNN7" + 'EXAMPLE"',
        'request_id = "1ace4d19-fa7e-44e2-83f0-9129474bcd81"',
        'commit = "' + "9f86d081884c7d65" * 4 + '"',
        'public_key = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8xOUetsCa8EfOlDEBAfREhJqspDo"',
        'secret_name = "production/database"',
        'rows = ["Google OAuth token", "ya29.x7"]',
        "def reset_password(token: str) -> None: ...",
        'url = "https://user:${PASSWORD}@db.example.com/"',
    ],
)
def test_what_only_looks_like_a_secret_is_none(line: str) -> None:
    assert secrets_of(MemoryFile("a.py", line.encode())) == []


def test_a28_identity_survives_lines_inserted_above_and_a_rename() -> None:
    text = "x = 1\n" * 39 + f'TOKEN = "{TOKEN}"\n'
    (before,) = secrets_of(MemoryFile("a.py", text.encode()))
    accepted = {before["fingerprint"]: "a test account's"}
    (after,) = secrets_of(MemoryFile("b.py", ("y = 2\n" * 10 + text).encode()), accepted=accepted)
    assert (before["line"], after["line"], after["path"]) == (40, 50, "b.py")
    assert (after["kind"], after["fingerprint"]) == (before["kind"], before["fingerprint"])
    assert (after["accepted"], after["accepted_because"]) == (True, "a test account's")
    (summary,) = audited(MemoryFile("b.py", text.encode()), accepted=accepted).records["code_audits"]
    assert (summary["secrets"], summary["secrets_accepted"]) == (0, 1)


def test_another_salt_gives_another_fingerprint() -> None:
    file = MemoryFile("a.py", f'TOKEN = "{TOKEN}"\n'.encode())
    (other,) = audit("place", "repository", [file], commits_scanned=1, salt=b"x").records["code_secrets"]
    assert other["fingerprint"] != secrets_of(file)[0]["fingerprint"]


def test_a_secret_of_the_history_names_its_commit_and_is_not_present() -> None:
    old = MemoryFile("old.py", f'TOKEN = "{TOKEN}"\n'.encode(), commit="c1", present=False)
    (found,) = secrets_of(MemoryFile("a.py", b"x = 1\n"), history=[old])
    assert (found["path"], found["commit"], found["present"]) == ("old.py", "c1", False)


def test_a_secret_that_still_stands_is_present_where_it_stands() -> None:
    data = f'TOKEN = "{TOKEN}"\n'.encode()
    old = MemoryFile("old.py", data, commit="c1", present=False)
    (found,) = secrets_of(MemoryFile("new.py", data), history=[old])
    assert (found["path"], found["present"], found["places"]) == ("new.py", True, 2)


def test_a25_the_environment_of_a_function_is_searched_and_a_reference_is_none() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"
    found = environment_secrets("f", {"DB_PASSWORD": PASSWORD, "DB_SECRET_ARN": arn}, salt=SALT)
    assert [(row["path"], row["line"], row["places"]) for row in found] == [("env DB_PASSWORD", None, 1)]


PLANTED = {
    "aws": f"{KEY_ID} {KEY_SECRET}", "github": TOKEN, "password": PASSWORD,
    "gitlab": "glpat-" + "x9Lm2Qr7Tz4Vb8Nc1Kd5", "slack": "xoxb-" + "123456789012-" + "Ab3dEf6hIj9kLm2nOp5q",
    "stripe": "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc", "google": "AIza" + "SyD4x8Qm2Vb7Nc1Kd5Rw9Tz3Lp6Hf0Gs8Y",
    "openai": "sk-proj-" + "a8Kd03LmQz7Yt5RwXc1VbN9pEs2Uf4Hj6G", "anthropic": "sk-ant-" + "api03-Kd5Rw9Tz3Lp6Hf0Gs8YQ",
    "npm": "npm_" + "a8Kd03LmQz7Yt5RwXc1VbN9pEs2Uf4Hj6GpQ", "hf": "hf_" + "aKdLmQzYtRwXcVbNpEsUfHjGpQrStUvWxY",
    "sendgrid": "SG." + "Kd5Rw9Tz3Lp6Hf0Gs8YQ1A" + "." + "a8Kd03LmQz7Yt5RwXc1VbN9pEs2Uf4Hj6GpQrStUvWx",
    "shopify": "shpat_" + "0a1b2c3d4e5f60718293a4b5c6d7e8f9", "vault": "hvs." + "Kd5Rw9Tz3Lp6Hf0Gs8YQa8Kd03Lm",
    "digitalocean": "dop_v1_" + "0a1b2c3d4e5f6071" * 4, "groq": "gsk_" + "a8Kd03LmQz7Yt5RwXc1VbN9pEs2Uf4Hj6GpQrStUvWxYz012345",
    "url": "postgres://app:" + "Tr0ub4dor" + "@db.example.com/x", "hash": "$2b$12$" + "Kd5Rw9Tz3Lp6Hf0Gs8YQa8Kd03LmQz7Yt5RwXc1VbN9pEs2Uf4Hj6",
    "figma": "figd_" + "a8Kd03LmQz7Yt5RwXc1VbN9pEs2Uf4Hj6GpQrStU", "docker": "dckr_pat_" + "a8Kd03LmQz7Yt5RwXc1VbN9pEs2",
    "pem": "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEA7bq2Xw9Zr4Lm8Tn1Vc5Kd3Hy6Pf0Gs\n" * 2 + "-----END",
    "jwt": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
}  # fmt: skip


def _sources() -> list[MemoryFile]:
    files = [
        MemoryFile(f"{name}.py", f'password = """{value}"""\nx = "{value}"\n'.encode())
        for name, value in PLANTED.items()
    ]
    broken = [  # each parser is given a secret on the very line that it trips over
        MemoryFile("broken.py", f'password = "{TOKEN}" {TOKEN} = (\n'.encode()),
        MemoryFile("broken.json", f'{{"token": "{TOKEN}" {TOKEN}}}'.encode()),
        MemoryFile("broken.yaml", f"token: [{TOKEN}: {{\n  *{TOKEN}".encode()),
        MemoryFile("broken.toml", f'token = "{TOKEN}" {TOKEN}\n'.encode()),
        MemoryFile("broken.js", f'const t = "{TOKEN}" {TOKEN} = (;\n'.encode()),
        MemoryFile("requirements.txt", f"thing @ git+https://{TOKEN}@github.com/x/thing\n".encode()),
        MemoryFile("package.json", f'{{"dependencies": {{"thing": "git+https://{TOKEN}@github.com/x/y"}}}}'.encode()),
        MemoryFile("uses.py", f'import os, thing\nos.environ["{TOKEN}"]\nopen("{TOKEN}-credentials.json")\n'.encode()),
        MemoryFile("uses.js", f'import t from "thing";\nimport u from "{TOKEN}";\nprocess.env["{TOKEN}"]\n'.encode()),
        MemoryFile(f"backup/{TOKEN}.txt", b"nothing"),
    ]  # fmt: skip
    return files + broken


def _pieces(value: str) -> list[str]:
    """The value, and every stretch of 12 signs of it that is not a public prefix."""
    return [value, *(value[at : at + 12] for at in range(0, len(value) - 12, 4) if at >= 8)]


def test_a27_no_value_of_a_secret_is_in_records_logs_or_representations(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    files = _sources()
    history = [MemoryFile("h.txt", file.data, commit="c", present=False) for file in files]
    found = audited(*files, history=history)
    variables = {f"{name}_TOKEN".upper(): value for name, value in PLANTED.items()}
    said = json.dumps([found.records, environment_secrets("f", variables, salt=SALT)])
    said += (
        caplog.text
        + repr(found)
        + repr([file for file in files if TOKEN not in file.path])
        + repr(Match("kind", TOKEN, 1))
    )
    leaked = {
        name
        for name, value in PLANTED.items()
        for piece in _pieces(value)
        if (piece in said and name not in ("pem", "url")) or (name == "url" and "Tr0ub4dor" in said)
    }
    assert leaked == set()
    missed = {
        name for name in PLANTED if not any(r["path"] == f"{name}.py" for r in found.records["code_secrets"])
    }
    assert missed - {"github"} == set()  # github's stands in several files; it is told for one of them


def test_a27_an_error_while_reading_is_told_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    class Refusing(MemoryFile):
        def read(self) -> bytes:
            raise OSError(TOKEN)

    found = audited(Refusing("a.py", b"x"), MemoryFile("b.py", b"x = 1\n"))
    (summary,) = found.records["code_audits"]
    assert (summary["state"], summary["files_read"], summary["files_skipped"]) == ("partly", 1, 1)
    assert TOKEN not in json.dumps(found.records) + caplog.text


def test_two_tokens_of_one_provider_are_two_secrets() -> None:
    other = TOKEN[:-4] + "Xy7Z"
    found = secrets_of(MemoryFile("notes.md", f"see {TOKEN}\nand {other}\n".encode()))
    assert [(row["kind"], row["line"]) for row in found] == [("GitHub Token", 1), ("GitHub Token", 2)]
    assert len({row["fingerprint"] for row in found}) == 2
