"""The parts of SES's events that matter here, as pydantic reads them; the rest of them is left alone."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Mail(_Part):
    """The mail that an event is about."""

    message_id: str = Field(alias="messageId", min_length=1, max_length=256)
    timestamp: AwareDatetime | None = None
    destination: tuple[str, ...] = ()
    tags: dict[str, tuple[str, ...]] = {}

    def tag(self, name: str) -> str:
        """The tag's one value; empty where it has none or several."""
        values = self.tags.get(name, ())
        return values[0] if len(values) == 1 else ""


class Person(_Part):
    """Somebody whom a bounce, a complaint or a delay is about. ``status`` is SMTP's, such as ``5.1.1``."""

    address: str = Field(alias="emailAddress", min_length=1, max_length=512)
    status: str = ""


class Detail(_Part):
    """What an event says beside the mail; each kind of event has its own."""

    timestamp: AwareDatetime | None = None
    feedback_id: str = Field(default="", alias="feedbackId")

    @property
    def code(self) -> str:
        """What happened, in SES's own words without an address."""
        return ""

    @property
    def is_permanent(self) -> bool:
        """Whether it stays so."""
        return False

    def about(self) -> list[tuple[str, str]]:
        """Addresses with their SMTP status; none: everybody the mail goes to."""
        return []


class Delivery(Detail):
    """The recipient's server took it."""

    recipients: tuple[str, ...] = Field(min_length=1)

    def about(self) -> list[tuple[str, str]]:
        return [(address, "") for address in self.recipients]


class Delay(Detail):
    """The recipient's server puts it off."""

    delay_type: str = Field(alias="delayType")
    recipients: tuple[Person, ...] = Field(alias="delayedRecipients", min_length=1)

    @property
    def code(self) -> str:
        return self.delay_type

    def about(self) -> list[tuple[str, str]]:
        return [(person.address, person.status) for person in self.recipients]


class Bounce(Detail):
    """It came back: for good (``Permanent``), or not (``Transient``, ``Undetermined``)."""

    bounce_type: str = Field(alias="bounceType", min_length=1)
    sub_type: str = Field(default="", alias="bounceSubType")
    recipients: tuple[Person, ...] = Field(alias="bouncedRecipients", min_length=1)

    @property
    def code(self) -> str:
        return f"{self.bounce_type}/{self.sub_type}" if self.sub_type else self.bounce_type

    @property
    def is_permanent(self) -> bool:
        return self.bounce_type == "Permanent"

    def about(self) -> list[tuple[str, str]]:
        return [(person.address, person.status) for person in self.recipients]


class Complaint(Detail):
    """A reader reported it as spam."""

    feedback_type: str = Field(default="", alias="complaintFeedbackType")
    recipients: tuple[Person, ...] = Field(alias="complainedRecipients", min_length=1)

    @property
    def code(self) -> str:
        return self.feedback_type

    def about(self) -> list[tuple[str, str]]:
        return [(person.address, "") for person in self.recipients]


class Reject(Detail):
    """SES took it, found it bad and did not send it."""

    reason: str = ""

    @property
    def code(self) -> str:
        return self.reason


# By name of the event: what its detail is, and the key that it stands under.
DETAILS: dict[str, tuple[type[Detail], str]] = {
    "Send": (Detail, "send"),
    "Delivery": (Delivery, "delivery"),
    "DeliveryDelay": (Delay, "deliveryDelay"),
    "Bounce": (Bounce, "bounce"),
    "Complaint": (Complaint, "complaint"),
    "Reject": (Reject, "reject"),
    "Rendering Failure": (Detail, "failure"),
}
