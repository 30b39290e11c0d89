"""Same input, same bytes: a payload doesn't depend on the machine, nor on the order of a source's rows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("lantern_bytes.py")
ONE = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
# A day ahead, names and text in ASCII unless a file is opened as UTF-8, other hashes; the interpreter must
# not mend the locale by itself.
OTHER = {
    "TZ": "Pacific/Auckland", "LC_ALL": "POSIX", "PYTHONHASHSEED": "2", "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
}  # fmt: skip


def test_payloads_are_the_same_bytes_on_any_machine_and_for_any_order_of_rows(tmp_path: Path) -> None:
    runs = {"one": (ONE, "1", "given"), "other": (OTHER, "4", "turned")}
    started = {}
    for name, (environment, threads, rows) in runs.items():
        (tmp_path / name).mkdir()
        started[name] = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(tmp_path / name), threads, rows],
            env={**os.environ, **environment}, stderr=subprocess.PIPE,
        )  # fmt: skip
    for name, process in started.items():
        _, told = process.communicate(timeout=500)
        assert process.returncode == 0, f"{name}: {told.decode(errors='replace')[-2000:]}"
    given = (tmp_path / "one/portfolios/lantern/data/sloop/general_ledger.csv").read_text()
    other = (tmp_path / "other/portfolios/lantern/data/sloop/general_ledger.csv").read_text()
    assert given != other
    assert sorted(given.splitlines()) == sorted(other.splitlines())
    for report in ("ceo", "cfo"):
        payload = (tmp_path / "one" / f"{report}.json").read_bytes()
        assert len(payload) > 50_000
        assert (tmp_path / "other" / f"{report}.json").read_bytes() == payload
