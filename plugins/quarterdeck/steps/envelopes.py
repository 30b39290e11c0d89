"""The message of one edition to one recipient: payload as archived, plus what differs by recipient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.days import local_instant
from quarterdeck.delivery.states import State
from quarterdeck.lake.documents import content_hash, from_bytes
from quarterdeck.lake.editions import PAYLOAD
from quarterdeck.lake.layout import payload_prefix
from quarterdeck.mail.message import Mailbox, MessageParts, build_message, preview_subject
from quarterdeck.reports.envelope import Envelope, changes_since
from quarterdeck.steps.attaching import archive_place, archived_files, enclosed_in_mail, mail_attachments
from quarterdeck.steps.screening import screen_for_others

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.delivery.rows import Row
    from quarterdeck.delivery.sender import Claim
    from quarterdeck.reports.attachments.files import File
    from quarterdeck.settings.definition import Report
    from quarterdeck.steps.resources import Day


@dataclass(frozen=True)
class MessageMaker:
    """Makes the messages of one archived payload.

    ``pictures``: its charts as archived, by id. ``files``: its attachments; ``place``: where they lie.
    """

    day: Day
    report: Report
    payload: dict[str, Any]
    payload_hash: str
    pictures: Mapping[str, bytes] | None = None
    files: tuple[File, ...] = ()
    place: str = ""

    def for_claim(self, recipient: str, claim: Claim) -> bytes:
        """The bytes for one claimed delivery, with what changed since this recipient's last edition."""
        envelope = self._envelope(claim.last_accepted, preview=claim.is_preview)
        return self.message(recipient, envelope)

    def _envelope(self, last: Row | None, *, preview: bool) -> Envelope:
        if preview:
            return Envelope(purpose="preview")
        baseline = None if last is None else self._payload_of(last)
        return Envelope(
            purpose="scheduled",
            baseline=None if last is None else last.as_of,
            changes=() if baseline is None else tuple(changes_since(self.payload, baseline)),
            late=self.is_late(),
            due=self._due(self.day.as_of),
            **self._before(last),
        )

    def _before(self, last: Row | None) -> dict[str, Any]:
        """Whether this reader's last edition went out after it was due, and when."""
        sent = None if last is None else last.times.get(str(State.ACCEPTED))
        if last is None or sent is None:
            return {}
        due, went = self._due(date.fromisoformat(last.as_of)), datetime.fromisoformat(sent)
        if went <= due:
            return {}
        return {"previous_late": True, "previous": (last.as_of, due, went.astimezone(self.day.zone))}

    def _payload_of(self, row: Row) -> dict[str, Any]:
        archive = self.day.archive
        edition = archive.by_hash(row.as_of, self.report.id, row.payload_hash)
        found: dict[str, Any] = from_bytes(archive.read(edition, "payload.json"))
        return found

    def is_late(self) -> bool:
        """Whether the report's due time has passed."""
        return self.day.resources.clock() > self._due(self.day.as_of)

    def _due(self, as_of: date) -> datetime:
        """When the edition of a day was due, in the portfolio's zone: on the day after it."""
        due = local_instant(as_of + timedelta(days=1), self.report.due, self.day.zone)
        return due.astimezone(self.day.zone)

    def message(self, recipient: str, envelope: Envelope) -> bytes:
        """The MIME bytes; screened like the edition's own files."""
        from quarterdeck.reports.render import render

        portfolio = self.day.config.portfolio
        enclosed = enclosed_in_mail(self.files, self.payload, self.place)
        rendered = render(
            self.payload,
            templates=self.day.resources.places.include / "templates",
            locale=portfolio.locale,
            envelope=envelope,
            enclosed=enclosed,
            pictures=self.pictures,
        )
        sender, subject = portfolio.sender, self.payload["subject"]
        data = build_message(
            MessageParts(
                sender=Mailbox(sender.address, sender.name),
                to=Mailbox(recipient),
                reply_to=Mailbox(sender.reply_to),
                subject=preview_subject(subject) if envelope.purpose == "preview" else subject,
                text=rendered.text,
                html=rendered.html,
                images=rendered.charts,
                attachments=mail_attachments(self.files, enclosed),
                date=self.day.resources.clock(),
                tags={
                    "Portfolio": portfolio.id,
                    "Report": self.report.id,
                    "As-Of": self.day.run.as_of,
                    "Edition": self.payload_hash,
                },
            )
        )
        screen_for_others(self.day, self.report, {"message.eml": data})
        return data


def preview_message(day: Day, report: Report, files: Mapping[str, bytes]) -> bytes:
    """The message that a preview of an edition's ``files`` is, to the portfolio's preview address."""
    payload, payload_hash = from_bytes(files[PAYLOAD]), content_hash(files[PAYLOAD])
    maker = MessageMaker(
        day,
        report,
        payload,
        payload_hash,
        pictures={chart["id"]: files[f"charts/{chart['id']}.png"] for chart in payload["charts"]},
        files=archived_files(files.__getitem__),
        place=archive_place(day, payload_prefix(day.run.as_of, report.id, payload_hash)),
    )
    return maker.message(day.config.portfolio.preview, Envelope(purpose="preview"))
