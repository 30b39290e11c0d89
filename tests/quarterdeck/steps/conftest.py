"""The golden portfolio in a folder of its own, so that a test may break it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.lake.documents import from_bytes
from quarterdeck.settings.places import Places
from quarterdeck.steps.close import close
from quarterdeck.steps.compose import compose
from quarterdeck.steps.conclude import conclude
from quarterdeck.steps.measure import measure
from quarterdeck.steps.plan import PlanRequest, plan
from quarterdeck.steps.resources import Day, Resources, RunRef
from quarterdeck.steps.snapshot import snapshot
from quarterdeck.steps.survey import survey

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
AS_OF = "2026-03-31"


def no_aws(_aws: object, service: str) -> Any:
    raise AssertionError(f"a portfolio of local files asked for {service}")


@dataclass
class Lantern:
    """The portfolio's folder, and the day run over it step by step."""

    folder: Path
    home: Path
    now: datetime = datetime(2026, 4, 1, 6, tzinfo=UTC)
    connect: Callable[[Any, str], Any] = no_aws

    @property
    def resources(self) -> Resources:
        places = Places(ROOT / "include", (self.folder.parent,), self.home)
        return Resources(places, self.connect, clock=lambda: self.now)

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        path = self.folder / name
        path.write_text(change(path.read_text()))

    def plan(self, **params: Any) -> dict[str, Any]:
        request = PlanRequest(
            "lantern", "test", "manual", None, self.now, {"as_of": AS_OF, "mode": "archive", **params}
        )
        return plan(request, self.resources)

    def cfo(self, **params: Any) -> tuple[RunRef, dict[str, Any]]:
        """``run`` for one report, where a second one would show nothing more."""
        return self.run(reports=["cfo"], **params)

    def run(self, **params: Any) -> tuple[RunRef, dict[str, Any]]:
        """plan, snapshot, measure, survey, conclude, compose; answers the run and each report's outcome."""
        planned = self.plan(**params)
        run = RunRef.from_json(planned["run"])
        for tenant in planned["tenants"]:
            snapshot(run, tenant, self.resources)
            measure(run, tenant, self.resources)
        for name in planned["surveys"]:
            survey(run, name, self.resources)
        conclude(run, self.resources)
        return run, {report: compose(run, report, self.resources) for report in planned["reports"]}

    def close(self, run: RunRef) -> dict[str, Any]:
        return close(run, self.resources)

    def day(self, run: RunRef) -> Day:
        return self.resources.open(run)

    def payload(self, run: RunRef, report: str) -> dict[str, Any]:
        archive = self.day(run).archive
        edition = archive.edition(run.as_of, report)
        assert edition is not None
        return from_bytes(archive.read(edition, "payload.json"))


def copied_lantern(place: Path) -> Lantern:
    folder = place / "portfolios" / "lantern"
    shutil.copytree(ROOT / "tests" / "golden" / "portfolios" / "lantern", folder)
    return Lantern(folder, place / "home")


@pytest.fixture
def lantern(tmp_path: Path) -> Lantern:
    return copied_lantern(tmp_path)


OVERSIGHT = "oversight@lantern.example"


def ready_to_send(lantern: Lantern) -> Lantern:
    lantern.edit(
        "portfolio.yaml",
        lambda text: text.replace("preview:", f"oversight: {OVERSIGHT}\npreview:").replace(
            "cfo: [cfo@lantern.example]", "cfo: [cfo@lantern.example, owner@lantern.example]"
        ),
    )
    return lantern


@pytest.fixture(scope="session")
def two_recipients() -> Callable[[Lantern], Lantern]:
    """Makes a portfolio ready to send: one report, two recipients, an oversight address."""
    return ready_to_send


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a day that was measured and archived once, so that each test begins at delivery."""
    lantern = ready_to_send(copied_lantern(tmp_path_factory.mktemp("measured")))
    lantern.cfo()
    return lantern.home


@pytest.fixture(scope="session")
def make_lantern() -> Callable[[Path], Lantern]:
    """For fixtures that live longer than one test."""
    return copied_lantern
