"""Great Expectations over frames and figures: what is said of what fails, and what cannot be evaluated."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from quarterdeck.lake.definition import Manifest, Quarantined
from quarterdeck.lake.schema import empty_frame
from quarterdeck.quality.definition import verdict_of
from quarterdeck.quality.suites import Suite
from quarterdeck.quality.validation import (
    quarantine_checks,
    validate_figures,
    validate_frame,
    validate_tenant,
)
from quarterdeck.settings.definition import Dataset, Tenant
from quarterdeck.settings.yaml_files import read_model

INCLUDE = Path(__file__).parents[3] / "include"
LEDGER = Dataset.model_validate(
    {
        "id": "general_ledger",
        "title": "Ledger",
        "key": ["entry_id", "line"],
        "timing": "events",
        "columns": {
            "entry_id": {"type": "text", "required": True},
            "line": {"type": "integer", "required": True},
            "posted_on": {"type": "day", "required": True},
            "account": {"type": "text", "required": True},
            "amount": {"type": "money", "required": True},
        },
    }
)
BOOKINGS = Dataset.model_validate(
    {
        "id": "bookings",
        "title": "Bookings",
        "key": ["booking_id"],
        "timing": "events",
        "columns": {
            "booking_id": {"type": "text", "required": True},
            "status": {"type": "text"},
            "amount": {"type": "money"},
            "checkout_date": {"type": "day"},
        },
    }
)


def expectation(kind, on_fail="banner", **kwargs):
    return {
        "title": f"{kind} {kwargs.get('column', '')}".strip(),
        "type": f"expect_{kind}",
        "kwargs": kwargs,
        "on_fail": on_fail,
    }


def own_suite(name):
    return read_model(INCLUDE / "expectations" / f"{name}.yaml", Suite, extra={"id": name})


def frame(**columns):
    return pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)


def suite(*expectations, **more):
    return Suite.model_validate({"id": "bookings", "expectations": expectations, **more})


def checks(table, of, dataset=BOOKINGS, **more):
    found = validate_frame(table, of, dataset=dataset, tenant="jada", **more)
    assert len({check.title for check in found}) == len(found)
    return {check.title: check for check in found}


def test_a07_an_empty_table_is_never_a_silent_pass():
    rules = suite(
        expectation("column_values_to_not_be_null", column="booking_id"),
        expectation("column_values_to_be_in_set", column="status", value_set=["confirmed"]),
        expectation("column_mean_to_be_between", column="amount", min_value=1, max_value=1000),
    )
    found = checks(empty_frame(BOOKINGS), rules)
    assert verdict_of(tuple(found.values())).decision == "banner"
    assert (found["At least 1 row"].outcome, found["At least 1 row"].observed) == ("fail", "0 rows")
    assert found["column_mean_to_be_between amount"].outcome == "fail"
    assert {check.observed for title, check in found.items() if title != "At least 1 row"} == {"no rows"}


def test_a_source_may_say_that_it_may_be_empty():
    assert checks(empty_frame(BOOKINGS), suite(), min_rows=0)["At least 0 rows"].outcome == "pass"


def test_a08_a_missing_column_is_an_error_of_its_own_check_alone():
    rules = suite(
        expectation("column_values_to_not_be_null", column="checkout_date"),
        expectation("column_values_to_be_between", column="amount", min_value=0),
        expectation("column_values_to_be_unique", "hold", column="booking_id"),
    )
    table = frame(booking_id=["b1", "b2", "b3"], amount=[100, -500, 0], currency=["USD"] * 3)
    found = checks(table, rules)
    gone = found["column_values_to_not_be_null checkout_date"]
    assert (gone.outcome, gone.observed, gone.rows) == ("error", "column missing: checkout_date", 0)
    negative = found["column_values_to_be_between amount"]
    assert (negative.outcome, negative.rows, negative.keys) == ("fail", 1, ("b2",))
    assert negative.observed == "1 of 3 rows; found -5.00 USD"
    assert found["column_values_to_be_unique booking_id"].outcome == "pass"
    assert verdict_of(tuple(found.values())).decision == "banner"


def test_a08_a_check_that_raises_inside_is_an_error_without_a_traceback(tmp_path):
    rules = suite(
        expectation("column_values_to_be_between", column="status", min_value=0),
        expectation("column_values_to_be_unique", column="booking_id"),
    )
    found = checks(frame(booking_id=["b1"], status=["confirmed"]), rules, docs=tmp_path)
    wrong = found["column_values_to_be_between status"]
    assert wrong.outcome == "error"
    assert wrong.observed.startswith("could not be evaluated: ")
    assert "\n" not in wrong.observed
    assert found["column_values_to_be_unique booking_id"].outcome == "pass"
    assert "Traceback" not in (tmp_path / "bookings.html").read_text()


def test_up_to_20_keys_of_many_failing_rows_and_no_address():
    rules = suite(expectation("column_values_to_be_in_set", column="status", value_set=["confirmed"]))
    table = frame(booking_id=[f"b{n}" for n in range(50)], status=["guest@mail.example"] * 50)
    check = checks(table, rules)["column_values_to_be_in_set status"]
    assert (check.rows, check.keys) == (50, tuple(f"b{n}" for n in range(20)))
    assert check.observed == "50 of 50 rows; found a text of 18 characters with an @"


def test_whole_numbers_beside_missing_ones_stay_apart():
    first = 2**53 + 1  # the first whole number that a float doesn't hold: it would equal its neighbour
    rules = suite(expectation("column_values_to_be_unique", column="amount"))
    table = frame(booking_id=["b1", "b2", "b3"], amount=[first, None, first - 1], currency=["USD"] * 3)
    assert checks(table, rules)["column_values_to_be_unique amount"].outcome == "pass"


def test_a_column_without_a_value_says_so():
    rules = suite(expectation("column_values_to_be_between", column="amount", min_value=0))
    table = frame(booking_id=["b1"], amount=pa.array([None], pa.int64()), currency=["USD"])
    check = checks(table, rules)["column_values_to_be_between amount"]
    assert (check.outcome, check.observed) == ("pass", "no value in any row")


# --- derived frames ----------------------------------------------------------------------------------


def ledger(*lines):
    entries, numbers, amounts = zip(*lines, strict=True)
    return frame(
        entry_id=list(entries),
        line=list(numbers),
        posted_on=pa.array(["2026-01-31"] * len(lines)).cast(pa.date32()),
        account=["1000"] * len(lines),
        amount=list(amounts),
        currency=["USD"] * len(lines),
    )


def test_an_entry_that_does_not_balance_holds_the_tenant():
    lines = ledger(("e1", 1, 100), ("e1", 2, -100), ("e2", 1, 250), ("e2", 2, -249))
    found = checks(lines, own_suite("general_ledger"), LEDGER)
    check = found["Every entry balances"]
    assert (check.outcome, check.on_fail, check.rows, check.keys) == ("fail", "hold", 1, ("e2/USD",))
    assert check.observed == "1 of 2 rows; found 1"
    assert [one.outcome for title, one in found.items() if title != "Every entry balances"] == ["pass"] * 4


def test_sql_that_cannot_run_is_an_error_of_its_own_checks_alone():
    derived = {
        "x": {
            "sql": "select nothing from bookings",
            "expectations": [expectation("table_row_count_to_be_between", min_value=1)],
        }
    }
    found = checks(frame(booking_id=["b1"]), suite(derived=derived))
    assert found["table_row_count_to_be_between"].outcome == "error"
    assert found["At least 1 row"].outcome == "pass"


# --- a tenant ----------------------------------------------------------------------------------------


def test_all_frames_of_a_tenant_with_docs_that_load_nothing_from_elsewhere(tmp_path):
    source = {"from": "files", "path": "x.csv", "format": "csv", "min_rows": 2}
    tenant = Tenant(
        id="jada", title="Jada <Boats>", kind="charter", currency="USD",
        datasets={"bookings": source, "general_ledger": {**source, "min_rows": 0}},
    )  # fmt: skip
    found = validate_tenant(
        {"bookings": frame(booking_id=["b1"], status=["x"]), "general_ledger": ledger(("e1", 1, 5))},
        {"bookings": suite(), "general_ledger": own_suite("general_ledger")},
        datasets={"bookings": BOOKINGS, "general_ledger": LEDGER},
        tenant=tenant,
        docs=tmp_path,
    )
    assert [(check.title, check.outcome) for check in found["bookings"]] == [("At least 2 rows", "fail")]
    assert {check.subject for check in found["general_ledger"]} == {"general_ledger"}
    pages = sorted(path.name for path in tmp_path.iterdir())
    assert pages == ["bookings.html", "general_ledger.html", "general_ledger_balance.html", "index.html"]
    index = (tmp_path / "index.html").read_text()
    assert "Jada &lt;Boats&gt;" in index
    for page in pages:
        text = (tmp_path / page).read_text()
        assert 'src="' not in text
        assert "<script" not in text
        assert "http" not in text.replace("http-equiv", "")
    assert "Every entry balances" in (tmp_path / "general_ledger_balance.html").read_text()


# --- figures -----------------------------------------------------------------------------------------


def figure(metric, value, unit="ratio", currency=None, missing=None):
    return {
        "metric": metric,
        "tenant": "rental",
        "unit": unit,
        "currency": currency,
        "value": value,
        "missing": missing,
    }


def figure_checks(*figures):
    found = validate_figures(figures, own_suite("kpis"), tenant="rental")
    return {check.title: check for check in found}


def test_figures_within_their_bounds_and_identities():
    # 62.5 % of ADR 110.00 is RevPAR 68.75.
    found = figure_checks(
        figure("adr", Decimal("110.00"), "money", "USD"),
        figure("occupancy_paid", Decimal("0.625000")),
        figure("revpar", Decimal("68.75"), "money", "USD"),
        figure("cancellation_rate", None, missing="no_data"),
    )
    assert {title: check.outcome for title, check in found.items()} == {
        "Paid occupancy is between 0 and 1": "pass",
        "ADR is not negative": "pass",
        "RevPAR is not negative": "pass",
        "RevPAR is ADR times occupancy": "pass",
    }


@pytest.mark.parametrize(
    ("revpar", "outcome"), [("68.74", "fail"), ("68.75", "pass"), ("68.76", "pass"), ("68.77", "fail")]
)
def test_revpar_may_differ_by_rounding_only(revpar, outcome):
    # 11,001 x 0.625 = 6,875.625 cents; half a cent of RevPAR and 0.625 of half a cent of ADR: 0.8125 cents.
    found = figure_checks(
        figure("adr", Decimal("110.01"), "money", "USD"),
        figure("occupancy_paid", Decimal("0.625000")),
        figure("revpar", Decimal(revpar), "money", "USD"),
    )
    assert found["RevPAR is ADR times occupancy"].outcome == outcome


def test_a_figure_out_of_bounds_says_what_was_found():
    found = figure_checks(
        figure("occupancy_paid", Decimal("1.250000")),
        figure("adr", Decimal("-6.38"), "money", "EUR"),
        figure("adr", Decimal("90.00"), "money", "USD"),
    )
    occupancy = found["Paid occupancy is between 0 and 1"]
    assert (occupancy.outcome, occupancy.on_fail, occupancy.observed) == ("fail", "hold", "found 1.25")
    assert found["ADR is not negative"].observed == "found -6.38 EUR"
    assert occupancy.subject == "kpis"


def test_break_even_revenue_is_at_most_that_of_whole_units():
    # Fixed 3,300; contribution 600 of 1,000: 5.5 -> 6 units, 5,500 <= 6,000.
    def found(units):
        return figure_checks(
            figure("break_even_units", units, "units"),
            figure("break_even_revenue", Decimal("5500.00"), "money", "USD"),
            figure("contribution_per_unit", Decimal("600.00"), "money", "USD"),
            figure("contribution_ratio", Decimal("0.600000")),
        )["Break-even revenue is at most break-even units at the average price"]

    assert found(6).outcome == "pass"
    assert found(5).outcome == "fail"


# By identity: what breaks it by the least that can be told.
BROKEN = {
    "The lines of the aging add up to receivables": ("ar_aging_total", "70.01"),
    "Receivables are invoices less credits and payments": ("ar_by_document", "69.99"),
    "Opening cash and the flows of each month make its closing cash": (
        "cash_roll_forward_difference",
        "0.01",
    ),
    "What customers were owed, what they paid and what was earned make what they are owed": (
        "contract_roll_forward_difference",
        "0.01",
    ),
    "Gross burn is not below its lowest month": ("gross_burn_low", "90.01"),
    "Gross burn is not above its highest month": ("gross_burn_high", "99.99"),
    "Cash available is at most cash": ("cash_total", "49.99"),
    "Runway is cash available over its monthly fall": ("runway_months", "2.6"),  # 50.00 / 20.00 = 2.5
    "What customers may still have back is part of deferred revenue": ("refund_liability", "8.01"),
    "Gross retention and churn make the whole": ("mrr_churn", "0.100002"),
    "Net retention is not below gross retention": ("nrr", "0.899999"),
    "Adjusted occupancy is not below paid occupancy": ("occupancy_adjusted", "0.499999"),
}
SOUND_MONEY = {
    "ar_total": "70.00", "ar_aging_total": "70.00", "ar_by_document": "70.00",
    "gross_burn": "100.00", "gross_burn_3m": "90.00", "gross_burn_low": "90.00", "gross_burn_high": "100.00",
    "cash_total": "50.00", "cash_available": "50.00", "available_cash_burn": "20.00",
    "deferred_revenue": "8.00", "refund_liability": "8.00",
    "cash_roll_forward_difference": "0.00", "contract_roll_forward_difference": "0.00",
}  # fmt: skip
SOUND_RATIOS = {
    "runway_months": "2.5", "grr": "0.900000", "mrr_churn": "0.100001", "nrr": "0.900000",
    "occupancy_paid": "0.500000", "occupancy_adjusted": "0.500000",
}  # fmt: skip


def books_of(tenant, changed):
    figures = [figure(name, Decimal(changed.get(name, value))) for name, value in SOUND_RATIOS.items()]
    figures += [
        figure(name, Decimal(changed.get(name, value)), "money", "USD") for name, value in SOUND_MONEY.items()
    ]
    return [{**one, "tenant": tenant} for one in figures]


def test_identities_hold_to_the_last_unit():
    sound = figure_checks(*books_of("sound", {}))
    assert {check.outcome for check in sound.values()} == {"pass"}
    assert sound.keys() >= BROKEN.keys()
    one_wrong_each = [row for title, wrong in BROKEN.items() for row in books_of(title, dict([wrong]))]
    found = figure_checks(*one_wrong_each)
    assert {title: check.rows for title, check in found.items() if check.outcome != "pass"} == dict.fromkeys(
        BROKEN, 1
    )
    assert {found[title].on_fail for title in BROKEN} == {"hold"}


# --- what was set aside ------------------------------------------------------------------------------


def manifest(**more):
    facts = {
        "portfolio": "harbor", "tenant": "jada", "dataset": "bookings", "as_of": "2026-05-01", "revision": 1,
        "source": "files:x", "timing": "events", "rebuilt": False, "read_at": "2026-05-02T06:00:00+00:00",
        "rows_read": 10, "rows_kept": 8, "rows_after": 0, "content_hash": "",
    }  # fmt: skip
    return Manifest(**{**facts, **more})


def test_rows_and_files_set_aside_are_banners():
    found = quarantine_checks(
        manifest(
            quarantined=(Quarantined("price: expected money in USD, found 'abc'", 2, ("b1", "b2")),),
            broken_files=(Quarantined("empty file", 0, ("b.csv",)),),
        )
    )
    assert [(c.title, c.outcome, c.observed, c.rows, c.keys) for c in found] == [
        (
            "Rows set aside: price: expected money in USD, found 'abc'",
            "fail",
            "2 of 10 rows read",
            2,
            ("b1", "b2"),
        ),
        ("File left out", "fail", "empty file", 0, ("b.csv",)),
    ]
    assert verdict_of(found).decision == "banner"


def test_nothing_set_aside_passes_and_a_missing_dataset_has_no_checks():
    assert [check.outcome for check in quarantine_checks(manifest())] == ["pass", "pass"]
    assert quarantine_checks(manifest(missing="no snapshot was taken on that day")) == ()
