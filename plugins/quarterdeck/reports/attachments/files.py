"""The files that a report's YAML asks for, with names that every mail program and disk takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quarterdeck.reports.attachments.csv_file import csv_bytes
from quarterdeck.reports.attachments.tables import tables_of
from quarterdeck.settings.attachments import CsvFiles, XlsxFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from quarterdeck.reports.attachments.tables import Table
    from quarterdeck.reports.words import Words
    from quarterdeck.settings.attachments import Attachment

MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST = 64  # of each part of a name


@dataclass(frozen=True)
class File:
    """A file of an edition; ``tables`` are the ids of those that are in it."""

    name: str
    format: str
    tables: tuple[str, ...]
    data: bytes


@dataclass(frozen=True)
class Planned:
    """A file that will be made: ``tables`` empty for the whole edition."""

    name: str
    attachment: Attachment
    tables: tuple[Table, ...]

    @property
    def table_ids(self) -> tuple[str, ...]:
        """The ids of its tables."""
        return tuple(table.id for table in self.tables)


def planned_files(
    payload: dict[str, Any], attachments: Sequence[Attachment], words: Words
) -> tuple[Planned, ...]:
    """The files in the order of the YAML, by name and tables. Raises QuarterdeckError for a wrong table."""
    return tuple(plan for attachment in attachments for plan in _planned(payload, attachment, words))


def _planned(payload: dict[str, Any], attachment: Attachment, words: Words) -> Iterator[Planned]:
    if isinstance(attachment, CsvFiles):
        for table in tables_of(payload, words, attachment.tables):
            yield Planned(file_name(payload, "csv", table.id), attachment, (table,))
    elif isinstance(attachment, XlsxFile):
        tables = tuple(tables_of(payload, words, attachment.tables))
        yield Planned(file_name(payload, "xlsx"), attachment, tables)
    else:
        yield Planned(file_name(payload, "pdf"), attachment, ())


def make_files(
    payload: dict[str, Any],
    planned: Sequence[Planned],
    *,
    templates: Path,
    locale: str,
    charts: Mapping[str, bytes],
) -> tuple[File, ...]:
    """The bytes of each; the same payload and charts give the same. Raises QuarterdeckError."""

    def made(plan: Planned) -> bytes:
        # Each library is loaded where a report asks for its format.
        attachment = plan.attachment
        if isinstance(attachment, CsvFiles):
            return csv_bytes(plan.tables[0], attachment.separator)
        if isinstance(attachment, XlsxFile):
            from quarterdeck.reports.attachments.xlsx_file import xlsx_bytes

            return xlsx_bytes(payload, plan.tables)
        from quarterdeck.reports.attachments.pdf_file import pdf_bytes

        return pdf_bytes(payload, templates=templates, locale=locale, charts=charts, paper=attachment.paper)

    return tuple(File(plan.name, plan.attachment.format, plan.table_ids, made(plan)) for plan in planned)


def file_name(payload: dict[str, Any], extension: str, table: str | None = None) -> str:
    """Report, portfolio, as-of day and maybe table: ``cfo-harbor-2026-03-31.xlsx``; safe characters only."""
    parts = [payload["report"], payload["portfolio"]["id"], payload["as_of"], *([table] if table else [])]
    return (
        "-".join(_UNSAFE.sub("_", str(part)).strip("_-")[:_LONGEST] or "x" for part in parts)
        + f".{extension}"
    )
