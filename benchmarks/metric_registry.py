"""All metrics of one tenant with 1,000,000 bookings and 5,000,000 ledger lines: time, memory, growth.

``python benchmarks/metric_registry.py [--folder PATH] [--rounds N] [--parts goals,growth]``. Beside it the
same twenty metrics in pandas, which must agree to the last minor unit, and one full scan of the same Parquet:
DuckDB, on as many threads, decodes and hashes every column of every row of every file once, one file after
the other (that of ``count(*)`` would be free: Parquet says it in its footer). Each run is a process of its
own; they take turns and the figure is the median; pandas, which takes minutes, runs once. Reading the
definitions (a second or two, whatever the data) and importing are not in it; reading the Parquet is, in all
of them. Only a run of all parts is written to ``results/``.

Every metric is measured, also those that do not apply to the tenant's kind; datasets of the technology theme
are not made, so its metrics are missing.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow.parquet as pq

import metric_world
from quarterdeck.metrics.catalogue import read_catalogue
from quarterdeck.metrics.definition import GAPS
from quarterdeck.metrics.exact import shown
from quarterdeck.metrics.figures import measure, measure_reporting
from quarterdeck.metrics.scope import open_scope
from results_file import Result, show, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Figure

ROOT = Path(__file__).parents[1]
BOOKINGS = 1_000_000
GROWTH = (10_000, 100_000, 1_000_000, 10_000_000)  # bookings and ledger lines together: six for a booking
_MIB = 1 << 20
PANDAS = ("pandas", "pandas, shared")
PARTS = ("goals", "growth")


def applying_to_all(catalogue: Catalogue) -> Catalogue:
    """The same metrics without regard to the kind of tenant."""
    metrics = {id_: replace(metric, kinds=()) for id_, metric in catalogue.metrics.items()}
    return replace(catalogue, metrics=metrics)


def figures(folder: Path, catalogue: Catalogue, only: frozenset[str] | None = None) -> list[Figure]:
    """Every metric (or some) of the tenant: its own, those of the whole scope, and those about figures."""
    rows = {path.stem: pq.read_metadata(path).num_rows for path in sorted(folder.glob("*.parquet"))}
    with open_scope(
        {metric_world.TENANT: metric_world.snapshots(rows)},
        path_of=lambda key: folder / key,
        config=metric_world.config(rows),
        tenants=[metric_world.TENANT],
        as_of=metric_world.AS_OF,
        catalogue=catalogue,
    ) as scope:
        found = list(measure(scope, catalogue, grain="tenant", only=only))
        whole = {id_ for id_, metric in catalogue.metrics.items() if "tenant" not in metric.grain}
        found += measure(scope, catalogue, grain="scope", only=whole if only is None else whole & only)
        return found + list(measure_reporting(scope, catalogue, found, only=only))


def with_pandas(folder: Path, catalogue: Catalogue, *, shared: bool) -> dict[str, str]:
    """The twenty metrics in pandas, shown as the product shows them.

    ``shared``: a step that several of them rest on is worked out once; else each begins at the frames.
    """
    import pandas_books
    import pandas_metrics

    books, answers = pandas_books.Books(folder), {}
    for name, metric in pandas_metrics.METRICS.items():
        answers[name] = Fraction(metric(books))
        if not shared:
            books.forget()
    return {name: str(shown(answer, catalogue.metrics[name].unit, "USD")) for name, answer in answers.items()}


def scan(folder: Path) -> None:
    """Every column of every row, of one dataset after the other."""
    with duckdb.connect(config={"threads": 2}) as connection:
        for path in sorted(folder.glob("*.parquet")):
            columns = ", ".join(f'"{name}"' for name in pq.read_schema(path).names)
            connection.execute(f"select bit_xor(hash({columns})) from read_parquet('{path}')").fetchall()  # noqa: S608


def run(what: str, folder: Path) -> dict[str, Any]:
    """One run in this process: seconds by the wall and of the processor, the peak of memory, the values."""
    catalogue = applying_to_all(read_catalogue(ROOT / "include"))
    runs: dict[str, Callable[[], Any]] = {
        "all": lambda: _values(figures(folder, catalogue)),
        "twenty": lambda: _values(figures(folder, catalogue, _twenty())),
        "pandas": lambda: with_pandas(folder, catalogue, shared=False),
        "pandas, shared": lambda: with_pandas(folder, catalogue, shared=True),
        "scan": lambda: scan(folder),
    }
    if what not in {"all", "scan"}:
        _twenty()  # imports pandas, which is not measured
    before, cpu_before = time.perf_counter(), time.process_time()
    values = runs[what]()
    return {
        "seconds": time.perf_counter() - before,
        "cpu": time.process_time() - cpu_before,
        "peak": _peak(),
        "values": values,
    }


def _peak() -> int:
    """Bytes. Linux's own count of this program: that of ``getrusage`` begins with the parent's."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"^VmHWM:\s+(\d+) kB$", status, flags=re.MULTILINE)[1]) * 1024  # type: ignore[index]


def _twenty() -> frozenset[str]:
    import pandas_metrics

    return frozenset(pandas_metrics.METRICS)


def _values(found: list[Figure]) -> dict[str, str]:
    return {figure.metric: str(figure.missing or figure.value) for figure in found}


def in_turns(folder: Path, rounds: int, *whats: str) -> dict[str, dict[str, Any]]:
    """Medians of runs in processes of their own; the peak is the highest, the values those of the last.

    Those in pandas run once.
    """
    found: dict[str, list[dict[str, Any]]] = {what: [] for what in whats}
    for number in range(rounds):
        for what in whats:
            if number and what in PANDAS:
                continue
            command = [sys.executable, __file__, "--run", what, "--folder", str(folder)]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found[what].append(json.loads(told.splitlines()[-1]))
            print(f"  {what}: {found[what][-1]['seconds']:.1f} s", flush=True)
    return {
        what: {
            "seconds": statistics.median(each["seconds"] for each in runs),
            "cpu": statistics.median(each["cpu"] for each in runs),
            "peak": max(each["peak"] for each in runs),
            "values": runs[-1]["values"],
        }
        for what, runs in found.items()
    }


def main_results(folder: Path, rounds: int) -> list[Result]:
    """The goals, on the tenant of a million bookings."""
    found = in_turns(folder, rounds, "twenty", *PANDAS, "all", "scan")
    for theirs in PANDAS:
        _compare(found["twenty"]["values"], found[theirs]["values"])
    values = found["all"]["values"].values()
    every = (
        f"All {len(values)} metrics ({sum(value not in GAPS for value in values)} with a value or a state)"
    )
    each = "Twenty metrics; pandas, which agrees to the last minor unit, each from the frames"
    once = "Twenty metrics; pandas works steps that they share out once"
    peak, peak_of_pandas = found["all"]["peak"] / _MIB, found["pandas"]["peak"] / _MIB
    return [
        _beside(each, found, "twenty", "pandas", 10.0),
        _beside(once, found, "twenty", "pandas, shared", 10.0),
        _beside(f"{every} to a full scan of all datasets", found, "all", "scan", 4.0),
        Result(f"{every}: peak memory", "MiB", peak, {"pandas": peak_of_pandas}, peak / 2048, 1.0, "down"),
    ]


def _beside(name: str, found: dict[str, dict[str, Any]], mine: str, theirs: str, goal: float) -> Result:
    """Seconds by the wall; those of the processor are among the peers, for a machine with other work."""
    mine_, theirs_ = found[mine], found[theirs]
    peers = {
        theirs: theirs_["seconds"],
        "processor, ours": mine_["cpu"],
        f"processor, {theirs}": theirs_["cpu"],
    }
    if theirs == "scan":
        return Result(name, "s", mine_["seconds"], peers, mine_["seconds"] / theirs_["seconds"], goal, "down")
    return Result(name, "s", mine_["seconds"], peers, theirs_["seconds"] / mine_["seconds"], goal)


def _compare(ours: dict[str, str], theirs: dict[str, str]) -> None:
    differing = {name: (ours[name], theirs[name]) for name in theirs if ours[name] != theirs[name]}
    assert not differing, f"pandas has other figures (ours, pandas): {differing}"


def growth(at: Callable[[int], Path]) -> list[Result]:
    """All metrics over tenants of ten times the rows each, run once."""
    results = []
    for rows in GROWTH:
        found = in_turns(at(rows // 6), 1, "all", "scan")
        peers = {
            "full scan": found["scan"]["seconds"],
            "peak MiB": found["all"]["peak"] / _MIB,
            "processor": found["all"]["cpu"],
        }
        results.append(Result(f"Growth: {rows:,} rows", "s", found["all"]["seconds"], peers))
    return results


def main() -> None:
    """Make the tenants, measure, write the results; or (``--run``) one run, told as a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench-metrics")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--parts", default=",".join(PARTS), help="some of goals, growth; default: both")
    parser.add_argument("--run", choices=("all", "twenty", *PANDAS, "scan"))
    arguments = parser.parse_args()
    if arguments.run:
        print(json.dumps(run(arguments.run, arguments.folder)))
        return
    datasets = read_catalogue(ROOT / "include").datasets

    def at(bookings: int) -> Path:
        folder: Path = arguments.folder / str(bookings)
        if not (folder / "done").exists():
            metric_world.build(folder, datasets, bookings)
            (folder / "done").touch()
        return folder

    parts = arguments.parts.split(",")
    results = main_results(at(BOOKINGS), arguments.rounds) if "goals" in parts else []
    results += growth(at) if "growth" in parts else []
    if set(PARTS) <= set(parts):
        write("metric_registry", results, ["duckdb", "pandas", "pyarrow"])
    else:
        show(results)


if __name__ == "__main__":
    main()
