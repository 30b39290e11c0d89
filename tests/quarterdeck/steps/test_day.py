"""The steps of the day in a row, on local files: what is wrong with the data is said, never lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quarterdeck.errors import DeliveryError
from quarterdeck.lake.documents import from_bytes
from quarterdeck.lake.store import LocalStore


def kpi(payload: dict, metric: str, tenant: str | None = None) -> dict:
    return next(k for k in payload["kpis"] if k["id"] == metric and k["tenant"] == tenant)


def test_both_reports_are_archived_and_the_day_closes(lantern) -> None:
    run, reports = lantern.run()
    assert {report: outcome["state"] for report, outcome in reports.items()} == {
        "ceo": "archived",
        "cfo": "archived",
    }
    assert lantern.close(run)["due"] == 2
    assert kpi(lantern.payload(run, "cfo"), "gross_burn")["value"] == 1750


def test_a_second_run_makes_the_same_bytes(lantern) -> None:
    _, first = lantern.run()
    lantern.now = datetime(2026, 4, 1, 18, tzinfo=UTC)
    _, second = lantern.run()
    assert [r["payload_hash"] for r in first.values()] == [r["payload_hash"] for r in second.values()]
    assert all(r["revision"] == 1 for r in second.values())


def test_refresh_takes_a_new_revision_and_leaves_the_edition(lantern) -> None:
    run, _ = lantern.cfo()
    lantern.edit(
        "data/sloop/general_ledger.csv",
        lambda text: text.replace("M1,1,2026-03-05,6000,1000.00", "M1,1,2026-03-05,6000,1100.00").replace(
            "M1,2,2026-03-05,1000,-1000.00", "M1,2,2026-03-05,1000,-1100.00"
        ),
    )
    lantern.now = datetime(2026, 4, 1, 18, tzinfo=UTC)
    again, reports = lantern.cfo(refresh=True)
    assert reports["cfo"]["revision"] == 2
    assert kpi(lantern.payload(again, "cfo"), "gross_burn")["value"] == 1750  # *the* edition stays the first
    manifest = lantern.day(run).snapshots.latest("2026-03-31", "sloop", "general_ledger")
    assert manifest.revision == 2


def test_a_broken_file_among_good_ones_is_set_aside_and_said(lantern) -> None:
    (lantern.folder / "data" / "sloop" / "payments-2.csv").write_bytes(
        b"payment_id,amount\n\xff\xfe\x00broken"
    )
    lantern.edit("tenants/sloop.yaml", lambda text: text.replace("payments.csv", "payments*.csv"))
    run, reports = lantern.cfo()
    assert reports["cfo"]["decision"] == "banner"
    payload = lantern.payload(run, "cfo")
    assert "payments-2.csv" in str(payload["data_quality"])
    assert kpi(payload, "gross_burn")["value"] == 1750


def test_a_negative_price_puts_up_a_banner_with_the_rows_key(lantern) -> None:
    lantern.edit(
        "data/sloop/bookings.csv", lambda text: text.replace("direct,1200.00,EUR", "direct,-1200.00,EUR")
    )
    run, reports = lantern.cfo()
    assert reports["cfo"]["decision"] == "banner"
    assert "B4" in str(lantern.payload(run, "cfo")["data_quality"])


def test_a_row_that_can_not_be_typed_is_quarantined_and_counts_add_up(lantern) -> None:
    lantern.edit(
        "data/sloop/bookings.csv", lambda text: text.replace("direct,1000.00,EUR", "direct,a lot,EUR")
    )
    run, reports = lantern.cfo()
    manifest = lantern.day(run).snapshots.latest("2026-03-31", "sloop", "bookings")
    # Six rows: B2 can't be typed, B6 became known only on 1 April.
    assert (manifest.rows_read, manifest.rows_kept, manifest.rows_quarantined, manifest.rows_after) == (
        6,
        4,
        1,
        1,
    )
    assert reports["cfo"]["decision"] == "banner"


def test_an_entry_that_does_not_balance_holds_its_tenant(lantern) -> None:
    lantern.edit(
        "data/sloop/general_ledger.csv",
        lambda text: text.replace("J1,1,2026-01-05,6000,1000.00", "J1,1,2026-01-05,6000,1001.00"),
    )
    run, reports = lantern.cfo()
    payload = lantern.payload(run, "cfo")
    assert reports["cfo"]["decision"] == "banner"
    assert "sloop" in str(payload["scope"]["left_out"])


def test_a_held_report_is_not_archived_and_close_fails(lantern) -> None:
    lantern.edit(
        "data/sloop/general_ledger.csv",
        lambda text: text.replace("J1,1,2026-01-05,6000,1000.00", "J1,1,2026-01-05,6000,1001.00"),
    )
    run, reports = lantern.cfo(tenants=["sloop"])
    assert reports["cfo"]["state"] == "held"
    with pytest.raises(DeliveryError, match="cfo: held"):
        lantern.close(run)


def test_a_past_day_is_rebuilt_from_events_and_states_are_missing(lantern) -> None:
    lantern.now = datetime(2026, 4, 20, 6, tzinfo=UTC)
    run, _ = lantern.cfo()
    snapshots = lantern.day(run).snapshots
    ledger = snapshots.latest("2026-03-31", "sloop", "general_ledger")
    assert ledger.rebuilt
    assert ledger.rows_after == 2  # the entry of 5 April
    assert snapshots.latest("2026-03-31", "cottage", "asset_inventory").missing
    payload = lantern.payload(run, "cfo")
    assert kpi(payload, "gross_burn")["value"] == 1750
    assert "rebuilt" in str(payload["data_quality"])


def test_data_docs_are_browsable(lantern) -> None:
    lantern.cfo()
    pages = LocalStore(lantern.home / "lake" / "lantern").list("docs/2026-03-31/sloop/")
    assert any(page.endswith("index.html") for page in pages)


def test_the_record_of_the_run_is_json_without_addresses(lantern) -> None:
    run, _ = lantern.run()
    store = LocalStore(lantern.home / "lake" / "lantern")
    for key in store.list("runs/"):
        assert from_bytes(store.get(key)) is not None
        assert b"@lantern" not in store.get(key)
    assert run.run
