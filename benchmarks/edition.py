"""CPU seconds from payload to message, against a page of the same content printed and captured by chromium.

Ours is the real way of the demo portfolio's reports: pages, text, charts, attachments and the last look
(``edition_files``), then the message to one recipient. The peer is what report servers do: a headless
browser is started, opens the page, prints it to PDF and captures it as a picture; the page is static, so that
no chart is drawn in it. CPU is that of all processes and threads, user and system. The median of ROUNDS.

Each round is a process of its own that makes every edition once; ``--one`` is one edition in a process of its
own, as a task of Airflow makes it, imports and start of the drawing engine with it.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quarterdeck.lake.documents import from_bytes, to_bytes
from quarterdeck.settings.definition import Config
from quarterdeck.settings.places import Places
from quarterdeck.steps.compose import edition_files
from quarterdeck.steps.envelopes import preview_message
from quarterdeck.steps.resources import Day, Resources, RunRef
from results_file import Result, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
# What ``demo`` leaves beside the payloads.
CONFIG, RUN = "config.json", "run.json"


def cpu() -> float:
    """Seconds of CPU of this process, its threads, and its children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def spent(work: Callable[[], object]) -> float:
    """Seconds of CPU of one call."""
    begun = cpu()
    work()
    return cpu() - begun


def edition(day: Day, report: str, payload: dict[str, Any]) -> tuple[dict[str, bytes], bytes]:
    """Everything that is archived and mailed of one report: the files, and the message."""
    files = edition_files(day, day.config.reports[report], payload)
    return files, preview_message(day, day.config.reports[report], files)


# --- the demo world --------------------------------------------------------------------------------


def demo(folder: Path) -> None:
    """The payloads of the demo's reports for a pinned day, as the tests make them, with config and run."""
    shared, golden = _module("tests/conftest.py"), _module("tests/golden/conftest.py")
    emulator = shared.Emulator(folder)
    emulator.start()
    try:
        with _office(golden, emulator.endpoint, folder / "home") as office:
            golden.concluding.histories_of = golden.level_trends  # measured ones take minutes
            golden.concluding.movements_of = lambda *_: []
            payloads = office.payloads()
            day, _, _ = office.seen[golden.REPORTED]
            (folder / CONFIG).write_bytes(to_bytes(day.config.model_dump(mode="json", by_alias=True)))
            (folder / RUN).write_bytes(to_bytes(day.run.as_json()))
            for report, payload in payloads.items():
                (folder / f"{report}.json").write_bytes(to_bytes(payload))
    finally:
        emulator.stop()


@contextmanager
def _office(golden: ModuleType, endpoint: str, home: Path) -> Iterator[Any]:
    """As the tests' fixture."""
    home.mkdir()
    identities = golden.ses_standin.State(home / "ses")
    identities.set_identity("queenofsandiego.example", {})
    account = golden.Served(golden.account_standin.make_app(endpoint))
    ses = golden.Served(golden.ses_standin.make_app(identities, endpoint))
    try:
        yield golden.Office({"emulator": endpoint, "account": account.url, "ses": ses.url}, home)
    finally:
        account.stop()
        ses.stop()


def _module(path: str) -> ModuleType:
    name = path.replace("/", "_").removesuffix(".py")
    spec = importlib.util.spec_from_file_location(name, ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def opened(folder: Path) -> tuple[Day, dict[str, dict[str, Any]]]:
    """The day and the payloads that ``demo`` left."""
    config = Config.model_validate(from_bytes((folder / CONFIG).read_bytes()))
    run = RunRef.from_json(from_bytes((folder / RUN).read_bytes()))
    include = ROOT / "include"
    resources = Resources(Places(include, (include / "portfolios",), folder / "home"), _no_aws)
    day = Day(run, config, resources, resources.store(run.lake, config.portfolio.aws))
    reports = config.portfolio.reports
    return day, {report: from_bytes((folder / f"{report}.json").read_bytes()) for report in reports}


def _no_aws(_aws: object, service: str) -> Any:
    raise AssertionError(f"an edition asked for {service}: everything is in the payload")


# --- the peer --------------------------------------------------------------------------------------


def collect_orphans() -> None:
    """Descendants whose parent has ended become our children, so that their CPU is counted (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def printed(browser: str, page: Path) -> tuple[int, int]:
    """Print and capture a page in a browser of its own; answers the bytes of PDF and picture."""
    with tempfile.TemporaryDirectory() as folder:
        pdf, picture = Path(folder) / "page.pdf", Path(folder) / "page.png"
        for output in (f"--print-to-pdf={pdf}", f"--screenshot={picture}"):
            subprocess.run(
                [
                    browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                    f"--user-data-dir={folder}/profile", "--window-size=640,4000", output, page.as_uri(),
                ],
                check=True, capture_output=True, timeout=120,
            )  # fmt: skip
        while True:  # its helpers
            try:
                os.wait()
            except ChildProcessError:
                break
        return pdf.stat().st_size, picture.stat().st_size


def find_browser() -> str:
    """The first chromium that is installed."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    assert found is not None, f"expected one of {', '.join(CHROMIUM)} on the path, found none: install it"
    return found


# --- measuring -------------------------------------------------------------------------------------


def one_round(folder: Path, start: int) -> dict[str, float]:
    """Every edition once in this process, beginning with another one each time; ``""``: imports.

    A process of its own for each round, since drawings are kept: a second round would find them.
    """
    day, payloads = opened(folder)
    times = {"": cpu()}
    order = list(payloads)
    for report in order[start:] + order[:start]:
        times[report] = spent(lambda: edition(day, report, payloads[report]))  # noqa: B023
    return times


def in_child(*arguments: str) -> dict[str, float]:
    """What a process of its own measured."""
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measured(folder: Path) -> list[Result]:
    """One row per edition, then all of them, then one in a process of its own."""
    collect_orphans()
    browser = find_browser()
    day, payloads = opened(folder)
    pages = {}
    for report, payload in payloads.items():
        files, message = edition(day, report, payload)
        pages[report] = folder / f"{report}.html"
        pages[report].write_bytes(
            files.get("page.html", files["report.html"])
        )  # the web view, if there is one
        kinds = sorted({Path(name).suffix.lstrip(".") for name in files})
        print(f"{report}: {len(files)} files ({', '.join(kinds)}), message of {len(message):,} bytes")
    rounds: list[dict[str, float]] = []
    theirs: dict[str, list[float]] = {report: [] for report in payloads}
    for number in range(ROUNDS):
        rounds.append(in_child("--round", str(number), str(folder)))
        for report, page in pages.items():
            theirs[report].append(spent(lambda: printed(browser, page)))  # noqa: B023
    ours = {report: statistics.median(each[report] for each in rounds) for report in payloads}
    peer = {report: statistics.median(times) for report, times in theirs.items()}
    together = statistics.median(sum(each.values()) for each in rounds)
    slowest = max(ours, key=lambda report: ours[report])
    alone = statistics.median(sum(in_child("--one", slowest, str(folder)).values()) for _ in range(ROUNDS))
    return [
        *(_row(report, ours[report], peer[report], 1.0) for report in payloads),
        _row(f"all {len(payloads)}", sum(ours.values()), sum(peer.values()), 5.0),
        _row(f"all {len(payloads)} in one process, with its imports", together, sum(peer.values()), None),
        _row(f"{slowest} in a process of its own, with its imports", alone, peer[slowest], None),
    ]


def _row(name: str, ours: float, theirs: float, most: float | None) -> Result:
    """``ratio`` is ours to chromium's, and the goal a tenth; ``most`` seconds stand in the name."""
    if most is not None:
        name += f" (at most {most:g} s: {'kept' if ours < most else 'MISSED'})"
    return Result(
        name=name,
        unit="ms of CPU",
        ours=round(ours * 1000),
        peers={"chromium": round(theirs * 1000)},
        ratio=round(ours / theirs, 3),
        goal=None if most is None else 0.1,
        better="down",
    )


def main() -> None:
    """Measure and write ``results/edition.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--round", nargs=2, metavar=("NUMBER", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--one", nargs=2, metavar=("REPORT", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--world", type=Path, help="the folder with the demo's payloads; made where absent")
    arguments = parser.parse_args()
    if arguments.round:
        number, folder = arguments.round
        print(json.dumps(one_round(Path(folder), int(number))))
    elif arguments.one:
        report, folder = arguments.one
        day, payloads = opened(Path(folder))
        edition(day, report, payloads[report])
        print(json.dumps({report: cpu()}))
    else:
        with tempfile.TemporaryDirectory() as made:
            world = arguments.world or Path(made)
            if not (world / RUN).exists():
                world.mkdir(parents=True, exist_ok=True)
                demo(world)
            write("edition", measured(world), ["vl-convert-python", "jinja2", "css-inline", "pillow"])


if __name__ == "__main__":
    main()
