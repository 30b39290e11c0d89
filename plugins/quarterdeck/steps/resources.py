"""What a step works with: where the files are, how AWS is reached, what time it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from quarterdeck.errors import LakeError
from quarterdeck.lake import layout
from quarterdeck.lake.documents import from_bytes
from quarterdeck.lake.editions import EditionArchive
from quarterdeck.lake.runs import RunRecord
from quarterdeck.lake.snapshots import SnapshotLake
from quarterdeck.lake.store import open_store
from quarterdeck.settings.definition import Aws, Config

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from quarterdeck.lake.store import ObjectStore
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.reports.words import Words
    from quarterdeck.settings.places import Places

    Connect = Callable[[Aws, str], Any]


def utc_now() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class RunRef:
    """Names one run: small and JSON-able, so that it may travel from task to task.

    ``lake`` and ``aws`` say where the run's record lies; everything else is read there.
    """

    portfolio: str
    as_of: str
    run: str
    lake: str
    aws: dict[str, str | None]
    config: str

    def as_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> RunRef:
        """The inverse of ``as_json``."""
        return cls(**data)


@dataclass(frozen=True)
class Resources:
    """``connect`` gives a boto3 client for a portfolio's AWS settings and a service name."""

    places: Places
    connect: Connect
    clock: Callable[[], datetime] = utc_now

    def store(self, url: str, aws: Aws) -> ObjectStore:
        """The object store at a URL of a portfolio's ``storage``."""
        return open_store(url, home=self.places.home, s3=lambda: self.connect(aws, "s3"))

    def catalogue(self) -> Catalogue:
        """Every metric, table and view. Raises ConfigError."""
        from quarterdeck.metrics.catalogue import read_catalogue

        return read_catalogue(self.places.include)

    def open(self, run: RunRef) -> Day:
        """The run's resolved config and stores, from the copy that ``plan`` wrote."""
        aws = Aws.model_validate(run.aws)
        lake = self.store(run.lake, aws)
        config = Config.model_validate(from_bytes(lake.get(layout.config_key(run.config))))
        return Day(run=run, config=config, resources=self, lake=lake)


@dataclass(frozen=True)
class Day:
    """One run of one portfolio for one as-of day, opened."""

    run: RunRef
    config: Config
    resources: Resources
    lake: ObjectStore

    @property
    def as_of(self) -> date:
        """The day reported on."""
        return date.fromisoformat(self.run.as_of)

    @property
    def zone(self) -> ZoneInfo:
        """The portfolio's time zone."""
        return self.config.portfolio.zone

    @property
    def record(self) -> RunRecord:
        """What the tasks of this run have come out with so far."""
        return RunRecord(self.lake, self.run.as_of, self.run.run)

    @property
    def plan(self) -> dict[str, Any]:
        """What ``plan`` decided."""
        return self._recorded("plan")

    def conclusion(self, report: str) -> dict[str, Any]:
        """What ``conclude`` came out with for a report."""
        found: dict[str, Any] = self._recorded("conclusion")["reports"][report]
        return found

    def _recorded(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] | None = self.record.get(name)
        if found is None:
            raise LakeError(
                f"expected {name} in the record of run {self.run.run} of {self.run.portfolio}, found none: "
                f"clear the task {name} of that run"
            )
        return found

    @property
    def snapshots(self) -> SnapshotLake:
        """The snapshots of the portfolio."""
        return SnapshotLake(self.lake, self.config.portfolio.id)

    @property
    def archive(self) -> EditionArchive:
        """What was said and sent."""
        portfolio = self.config.portfolio
        return EditionArchive(self.resources.store(portfolio.storage.archive, portfolio.aws))

    def words(self) -> Words:
        """The reports' fixed phrases in the portfolio's language. Raises QuarterdeckError."""
        from quarterdeck.reports.words import read_words

        return read_words(self.resources.places.include / "templates", self.config.portfolio.locale)

    def client(self, service: str) -> Any:
        """A boto3 client with the portfolio's credentials."""
        return self.resources.connect(self.config.portfolio.aws, service)
