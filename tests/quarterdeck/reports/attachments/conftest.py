"""A payload full of names that would run, break out or blow up, and readers for the files made from it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from quarterdeck.lake.documents import from_bytes, to_bytes
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.words import Words, read_words

HOSTILE = (
    '=HYPERLINK("http://x.example")', "@sum", "+31 6 1234", "-2+3", "\ta tab first", "\r\nX-Header: injected",
    "\0nul first", "\N{FULLWIDTH EQUALS SIGN}1+1", '<script>alert("&")</script>', "{{ 7 * 7 }}{% raw %}",
    "'; drop table bookings; --", "one\r\ntwo\tthree", "abc\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe",
    "\N{RIGHT-TO-LEFT MARK}שלום", "party \N{PARTY POPPER}", "x" * 300, "#set page(width: 1pt)",
    "$ 1/0 $ *b* _i_", "Ωμέγα", "Мария", "Nguyễn Thị Đào", "中文",
)  # fmt: skip


@pytest.fixture
def payload(build) -> dict[str, Any]:
    """The CFO's payload of the sample day, as it comes out of the archive."""
    return from_bytes(to_bytes(build_payload(build("cfo"))))


@pytest.fixture
def words(templates) -> Words:
    return read_words(templates, "en_US")


@pytest.fixture
def hostile_names() -> tuple[str, ...]:
    return HOSTILE


@pytest.fixture
def hostile(payload) -> dict[str, Any]:
    """The payload with a project, a finding and a recommendation for each hostile name."""
    section = next(each for each in payload["sections"] if each["id"] == "deployment")
    row, finding, advice = section["data"]["rows"][0], payload["findings"][0], payload["recommendations"][0]
    section["data"]["rows"] = [row | {"title": name} for name in HOSTILE]
    payload["findings"] = [finding | {"title": name, "description": name} for name in HOSTILE]
    payload["recommendations"] = [advice | {"action": name, "owner": name} for name in HOSTILE]
    payload["scope"]["tenants"][0]["title"] = HOSTILE[0]
    section["title"] = "Plans: [all] / of '26?"
    return payload


@pytest.fixture
def read_csv():
    """The rows of a CSV file, by another reader than the writer's text."""

    def read(data: bytes, separator: str = ",") -> list[list[str]]:
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator))

    return read
