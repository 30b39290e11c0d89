"""An edition's attachments: made and archived with it, and put into its messages as far as they fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from quarterdeck.lake.documents import from_bytes, to_bytes
from quarterdeck.lake.store import MissingObjectError
from quarterdeck.mail.fitting import encoded_size, fitting
from quarterdeck.mail.message import Attachment
from quarterdeck.reports.attachments.files import MEDIA_TYPES, File, Planned, make_files, planned_files
from quarterdeck.reports.charts import MOST_BYTES
from quarterdeck.reports.enclosed import FOLDER, Enclosed
from quarterdeck.reports.words import read_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from quarterdeck.settings.definition import Report
    from quarterdeck.steps.resources import Day

INDEX = f"{FOLDER}index.json"
_WORDS = 400_000  # more than HTML and text of a message are as sent


@dataclass(frozen=True)
class Attaching:
    """The files beside one payload, as the report's YAML asks for them."""

    day: Day
    report: Report
    payload: dict[str, Any]

    @cached_property
    def _planned(self) -> tuple[Planned, ...]:
        words = read_words(self._templates, self.day.config.portfolio.locale)
        return planned_files(self.payload, self.report.attachments, words)

    @property
    def _templates(self) -> Path:
        return self.day.resources.places.include / "templates"

    def beside_page(self) -> list[Enclosed]:
        """What the archive's own page says of them: they lie beside it."""
        return [
            Enclosed(plan.name, plan.attachment.format, plan.table_ids, place=FOLDER)
            for plan in self._planned
        ]

    def files(self, charts: Mapping[str, bytes]) -> dict[str, bytes]:
        """Their bytes by the name in the archive, with an index that keeps order and contents; maybe none."""
        made = make_files(
            self.payload,
            self._planned,
            templates=self._templates,
            locale=self.day.config.portfolio.locale,
            charts=charts,
        )
        if not made:
            return {}
        index = [{"name": file.name, "format": file.format, "tables": list(file.tables)} for file in made]
        return {**{f"{FOLDER}{file.name}": file.data for file in made}, INDEX: to_bytes(index)}


def archived_files(read: Callable[[str], bytes]) -> tuple[File, ...]:
    """The attachments of an archived edition, in order; ``read`` answers the bytes of a name in it.

    None for an edition that has no attachments.
    """
    try:
        index = from_bytes(read(INDEX))
    except (MissingObjectError, KeyError):
        return ()
    return tuple(
        File(entry["name"], entry["format"], tuple(entry["tables"]), read(f"{FOLDER}{entry['name']}"))
        for entry in index
    )


def archive_place(day: Day, key: str) -> str:
    """Where an edition's attachments lie, as readers are told."""
    return f"{day.config.portfolio.storage.archive.rstrip('/')}/{key}{FOLDER}"


def enclosed_in_mail(files: Sequence[File], payload: dict[str, Any], place: str) -> list[Enclosed]:
    """What a message has of the files: in it as far as they fit, the others in the archive at ``place``."""
    body = _WORDS + len(payload["charts"]) * encoded_size(MOST_BYTES)
    goes = fitting([len(file.data) for file in files], body)
    return [
        Enclosed(file.name, file.format, file.tables, len(file.data), None if fits else f"{place}{file.name}")
        for file, fits in zip(files, goes, strict=True)
    ]


def mail_attachments(files: Sequence[File], enclosed: Sequence[Enclosed]) -> tuple[Attachment, ...]:
    """The files that are in the message."""
    inside = {each.name for each in enclosed if each.place is None}
    return tuple(
        Attachment(file.name, MEDIA_TYPES[file.format], file.data) for file in files if file.name in inside
    )
