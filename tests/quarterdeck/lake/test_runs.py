from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from quarterdeck.lake.figures import FigureLake
from quarterdeck.lake.runs import RunRecord, run_key
from quarterdeck.lake.store import LocalStore, create_or_get

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_key_is_safe_and_keeps_runs_apart() -> None:
    key = run_key("manual__2026-03-31T00:00:00+00:00")
    assert key.startswith("manual-2026-03-31T00-00-00-00-00-")
    assert run_key("manual__2026-03-31T00:00:00-00:00") != key
    assert run_key("x" * 200 + "a") != run_key("x" * 200 + "b")
    assert "/" not in run_key("../../etc")
    assert run_key("a") == run_key("a")


def test_documents_of_a_run(tmp_path: Path) -> None:
    record = RunRecord(LocalStore(tmp_path), "2026-03-31", "r1")
    assert record.get("tenant/jada") is None
    assert record.put("tenant/jada", {"n": 1}) == "runs/2026-03-31/r1/tenants/jada.json"
    assert record.put("report/cfo", {"n": 2}) == "runs/2026-03-31/r1/reports/cfo.json"
    assert record.put("plan", {"cash": Decimal("1.50")}) == "runs/2026-03-31/r1/plan.json"
    record.put("tenant/jada", {"n": 3})  # a cleared task came out with something else
    assert record.get("tenant/jada") == {"n": 3}
    assert str(record.get("plan")["cash"]) == "1.50"
    assert RunRecord(LocalStore(tmp_path), "2026-03-31", "r2").get("plan") is None


def test_figures_are_written_once(tmp_path: Path) -> None:
    lake = FigureLake(LocalStore(tmp_path))
    key = lake.key("2026-03-31", "jada", "abc")
    assert lake.get(key) is None
    assert lake.put(key, {"figures": [Decimal("0.100000")]}) == {"figures": [Decimal("0.100000")]}
    assert lake.put(key, {"figures": []}) == lake.get(key) == {"figures": [Decimal("0.100000")]}


def test_create_or_get_tries_again_where_the_other_writer_failed(tmp_path: Path) -> None:
    class Contended(LocalStore):
        """S3 refuses for a concurrent write, which then fails itself."""

        refusals = 2

        def create(self, key: str, data: bytes) -> bool:
            if self.refusals:
                self.refusals -= 1
                return False
            return super().create(key, data)

    store = Contended(tmp_path)
    assert create_or_get(store, "k", b"ours") == b"ours"
    assert create_or_get(store, "k", b"late") == b"ours"
