"""Attachments from archive to message."""

from __future__ import annotations

import pytest

from quarterdeck.lake.documents import to_bytes
from quarterdeck.lake.store import MissingObjectError
from quarterdeck.reports.attachments.files import File
from quarterdeck.steps.attaching import INDEX, archived_files, enclosed_in_mail, mail_attachments

PAYLOAD = {"charts": [{}]}
PLACE = "s3://archive/editions/2026-03-31/cfo/ab12/attachments/"


def test_what_is_too_large_stays_in_the_archive() -> None:
    files = (
        File("big.xlsx", "xlsx", ("kpis",), b"x" * 7_500_000),
        File("small.csv", "csv", ("kpis",), b"a,b\r\n"),
    )
    enclosed = enclosed_in_mail(files, PAYLOAD, PLACE)
    assert [(each.name, each.size, each.place) for each in enclosed] == [
        ("big.xlsx", 7_500_000, f"{PLACE}big.xlsx"),
        ("small.csv", 5, None),
    ]
    (attached,) = mail_attachments(files, enclosed)
    assert (attached.name, attached.media_type, attached.data) == ("small.csv", "text/csv", b"a,b\r\n")


def test_archived_files_come_in_the_order_that_they_were_made_in() -> None:
    index = [{"name": name, "format": "csv", "tables": [name]} for name in ("z.csv", "a.csv")]
    archive = {INDEX: to_bytes(index), "attachments/z.csv": b"z", "attachments/a.csv": b"a"}
    assert archived_files(archive.__getitem__) == (
        File("z.csv", "csv", ("z.csv",), b"z"),
        File("a.csv", "csv", ("a.csv",), b"a"),
    )


def test_edition_without_attachments_has_none_and_a_lost_file_is_an_error() -> None:
    def read(name: str) -> bytes:
        raise MissingObjectError(name)

    assert archived_files(read) == ()
    index = to_bytes([{"name": "a.csv", "format": "csv", "tables": []}])
    with pytest.raises(KeyError, match=r"a\.csv"):
        archived_files({INDEX: index}.__getitem__)
