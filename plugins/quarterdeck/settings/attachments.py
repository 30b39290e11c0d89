"""The files that a report's mail has beside its text: ``attachments`` in ``include/reports/<report>.yaml``.

A format alone (``xlsx``) has the usual settings; keys and values say more: ``{format: csv, tables: [kpis]}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from quarterdeck.settings.model import Id, Model

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS = ("csv", "xlsx", "pdf")
TABLES_OF_ALL: dict[str, str] = {
    "kpis": "kpi_group",
    "findings": "findings_of",
    "recommendations": "action_plan",
}
"""The tables that every report has, and the kind of section whose rows are in each."""

WITHOUT_TABLE = frozenset({*TABLES_OF_ALL.values(), "text", "why_moved"})
"""Kinds of section that have no table of their own."""


class CsvFiles(Model):
    """A file per table. ``tables``: their ids (default: all). ``separator`` for readers that want another."""

    format: Literal["csv"] = "csv"
    tables: tuple[Id, ...] = ()
    separator: Literal[",", ";", "\t"] = ","


class XlsxFile(Model):
    """One workbook with a sheet per table. ``tables``: their ids (default: all)."""

    format: Literal["xlsx"] = "xlsx"
    tables: tuple[Id, ...] = ()


class PdfFile(Model):
    """The whole edition, for paper and files. ``paper``: its default is what the portfolio's locale uses."""

    format: Literal["pdf"] = "pdf"
    paper: Literal["a4", "us-letter"] | None = None


def _with_usual_settings(value: Any) -> Any:
    if isinstance(value, str):
        if value not in FORMATS:
            raise ValueError(f"expected a format ({', '.join(FORMATS)}) or keys and values, found {value!r}")
        return {"format": value}
    return value


Attachment = Annotated[
    Annotated[CsvFiles | XlsxFile | PdfFile, Field(discriminator="format")],
    BeforeValidator(_with_usual_settings),
]


def attachment_mistakes(
    attachments: tuple[Attachment, ...], sections: dict[str, str]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong beyond the keys: the place in the YAML and the words. ``sections``: kind by id."""
    known = [*TABLES_OF_ALL, *(id_ for id_, kind in sections.items() if kind not in WITHOUT_TABLE)]
    seen: set[str] = set()
    for index, attachment in enumerate(attachments):
        if attachment.format in seen:
            words = f"the format {attachment.format} is here twice: keep one"
            yield ("attachments", index), words
        seen.add(attachment.format)
        for place, table in enumerate(getattr(attachment, "tables", ())):
            if table not in known:
                yield ("attachments", index, "tables", place), _no_table(table, sections, known)
    for id_, kind in sections.items():
        if id_ in TABLES_OF_ALL and kind not in WITHOUT_TABLE and attachments:
            words = f"expected another id of this section: {id_} is the name of a table that all reports have"
            yield ("sections", list(sections).index(id_), "id"), words


def _no_table(table: str, sections: dict[str, str], known: list[str]) -> str:
    kind = sections.get(table)
    whole = next((name for name, of in TABLES_OF_ALL.items() if of == kind), None)
    if whole is not None:
        return f"expected a table, found the section {table!r} whose rows are in the table {whole}: name that"
    what = f"a section of kind {kind}, which has no table" if kind else f"{table!r}"
    return f"expected tables of this report ({', '.join(known)}), found {what}"
