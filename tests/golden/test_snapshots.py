"""All eight reports of a pinned day as they were read last: what a change does to them is seen in its diff.

Text parts stand whole under ``snapshots/``, payload and HTML by their digest. ``make snapshots`` writes them
anew: read the diff of the texts before it is committed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.lake.documents import from_bytes, to_bytes

if TYPE_CHECKING:
    from quarterdeck.reports.render import Rendered

FOLDER = Path(__file__).parent / "snapshots"
DIGESTS = FOLDER / "digests.json"
REPORTS = (
    "accounting", "ceo", "cfo", "client_portfolio_audit", "cmo", "cto", "rental_audit",
    "yacht_delivery_audit",
)  # fmt: skip
WRITES = os.environ.get("SNAPSHOTS") == "write"
# The emulator draws the id of a distribution anew each time, and a portfolio the salt of its fingerprints.
DRAWN = re.compile(r"\bE[0-9A-Z]{13}\b")


def as_drawn_once(text: str) -> str:
    return DRAWN.sub("EDISTRIBUTION0", text)


def without_drawn_hashes(part: Any) -> Any:
    """The payload without the hashes of what was surveyed, in which ids and salts are drawn."""
    if isinstance(part, list):
        return [without_drawn_hashes(each) for each in part]
    if not isinstance(part, dict):
        return part
    drawn = str(part.get("dataset", "")).startswith(("cloud_", "code_"))
    return {
        name: "" if drawn and name in {"hash", "content_hash"} else without_drawn_hashes(value)
        for name, value in part.items()
    }


def digest(text: str) -> str:
    return hashlib.sha256(as_drawn_once(text).encode()).hexdigest()


def digests_of(payload: dict[str, Any], rendered: Rendered) -> dict[str, str]:
    plain = from_bytes(to_bytes(payload))
    return {"payload": digest(to_bytes(without_drawn_hashes(plain)).decode()), "html": digest(rendered.html)}


@pytest.fixture(scope="module")
def kept(payloads, later) -> dict[str, dict[str, str]]:
    if WRITES:
        FOLDER.mkdir(exist_ok=True)
        found = {report: digests_of(payloads[report], later[report]) for report in REPORTS}
        DIGESTS.write_text(json.dumps(found, indent=2) + "\n")
        for report in REPORTS:
            (FOLDER / f"{report}.txt").write_text(as_drawn_once(later[report].text))
    read: dict[str, dict[str, str]] = json.loads(DIGESTS.read_text())
    return read


def test_there_is_one_of_each_report(payloads, kept) -> None:
    assert set(payloads) == set(kept) == set(REPORTS) == {path.stem for path in FOLDER.glob("*.txt")}


@pytest.mark.parametrize("report", REPORTS)
def test_the_text_is_as_it_was(kept, later, report) -> None:
    assert as_drawn_once(later[report].text) == (FOLDER / f"{report}.txt").read_text()


@pytest.mark.parametrize("report", REPORTS)
def test_payload_and_html_are_as_they_were(kept, payloads, later, report) -> None:
    assert digests_of(payloads[report], later[report]) == kept[report]
