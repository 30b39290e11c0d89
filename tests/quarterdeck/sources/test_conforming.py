"""From raw rows to a declared frame: types, currencies, time, keys, and every row accounted for."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.errors import SourceError
from quarterdeck.lake.definition import Quarantined
from quarterdeck.lake.schema import arrow_schema
from quarterdeck.settings.definition import Dataset, Tenant
from quarterdeck.settings.sources import FileSource
from quarterdeck.sources.columns import frame_of, table_of_records
from quarterdeck.sources.conforming import conform
from quarterdeck.sources.definition import SOURCE_KEY, Extract

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
JADA = Tenant(id="jada", title="Jada", kind="charter", currency="USD")
BOOKINGS = Dataset.model_validate(
    {
        "id": "bookings",
        "title": "Bookings",
        "key": ["booking_id"],
        "timing": "events",
        "known_by": ["confirmed_at", "sold_on"],
        "columns": {
            "booking_id": {"type": "text", "required": True},
            "status": {"type": "choice", "of": ["confirmed", "cancelled"]},
            "confirmed_at": {"type": "instant"},
            "sold_on": {"type": "day"},
            "guests": {"type": "integer"},
            "hours": {"type": "decimal"},
            "price": {"type": "money", "required": True},
            "paid": {"type": "boolean"},
        },
    }
)
ASSETS = Dataset.model_validate(
    {
        "id": "asset_inventory",
        "title": "Assets",
        "key": ["asset_id"],
        "timing": "state",
        "columns": {"asset_id": {"type": "text", "required": True}},
    }
)


def extract_of(rows, *, quarantined=()):
    records = [{SOURCE_KEY: f"a.csv:{at}", **row} for at, row in enumerate(rows, start=2)]
    table = table_of_records(records) if records else pa.table({SOURCE_KEY: pa.array([], pa.string())})
    return Extract(
        frame=frame_of(table),
        rows_read=len(rows) + sum(part.rows for part in quarantined),
        location="files:a.csv",
        read_at=datetime(2026, 5, 2, 6, tzinfo=UTC),
        quarantined=quarantined,
    )


def conformed(rows, dataset=BOOKINGS, *, as_of_end=None, zone=AMSTERDAM, quarantined=(), **mapping):
    source = FileSource.model_validate({"from": "files", "path": "a.csv", "format": "csv", **mapping})
    extract = extract_of(rows, quarantined=quarantined)
    return conform(extract, source, dataset, tenant=JADA, zone=zone, as_of_end=as_of_end)


def row(booking_id="b1", **more):
    return {"booking_id": booking_id, "price": "10.00", "created_at": "2026-01-01T00:00:00Z", **more}


def reasons(result):
    return {part.reason: part.rows for part in result.quarantined}


def only(result, column):
    [value] = pa.Table.from_pandas(result.frame, preserve_index=False).column(column).to_pylist()
    return value


# --- types -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("price", "12.50", 1250),
        ("price", " -0.1 ", -10),
        ("price", "92233720368547758.07", 2**63 - 1),
        ("guests", "4", 4),
        ("guests", "4.0", 4),
        ("hours", "7.25", Decimal("7.25")),
        ("hours", "9" * 29 + ".123456789", Decimal("9" * 29 + ".123456789")),
        ("paid", "Yes", True),
        ("paid", "0", False),
        ("status", "cancelled", "cancelled"),
        ("sold_on", "2026-02-28", date(2026, 2, 28)),
        # 23:30 in UTC is 00:30 of the next day in Amsterdam.
        ("sold_on", "2026-02-28T23:30:00Z", date(2026, 3, 1)),
        ("sold_on", "2026-02-28 23:30", date(2026, 2, 28)),
        ("confirmed_at", "2026-01-01T12:00:00+02:00", datetime(2026, 1, 1, 10, tzinfo=UTC)),
        # No zone: Amsterdam's, an hour ahead in winter.
        ("confirmed_at", "2026-01-01 12:00:00.000001", datetime(2026, 1, 1, 11, 0, 0, 1, tzinfo=UTC)),
        ("confirmed_at", "2026-01-01", datetime(2025, 12, 31, 23, tzinfo=UTC)),
        # 02:30 on 29 March 2026 does not exist (an hour ahead, as before the change): 01:30 UTC.
        ("confirmed_at", "2026-03-29T02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # 02:30 on 25 October 2026 is there twice, first two hours ahead: 00:30 UTC.
        ("confirmed_at", "2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_value_becomes_the_declared_type_exactly(column, text, value):
    assert only(conformed([row(**{column: text})]), column) == value


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("price", "abc", "price: expected money in USD, found 'abc'"),
        ("price", "1,250.00", "price: expected money in USD, found '1,250.00'"),
        ("price", "1.005", "price: expected at most 2 decimal places in USD, found '1.005'"),
        ("price", "1." + "0" * 30 + "1", "price: expected at most 2 decimal places in USD, found"),
        ("price", "92233720368547758.08", "price: expected money in USD of at most 64 bits"),
        ("price", "", "price: expected a value, found nothing"),
        ("price", "NaN", "price: expected money in USD, found 'NaN'"),
        ("price", "a@b.example", "price: expected money in USD, found a text of 11 characters with an @"),
        ("guests", "4.5", "guests: expected a whole number of at most 64 bits, found '4.5'"),
        ("hours", "0.1234567891", "hours: expected a number of at most 29 digits before"),
        ("paid", "maybe", "paid: expected yes or no"),
        ("status", "Confirmed", "status: expected one of confirmed, cancelled, found 'Confirmed'"),
        ("sold_on", "2026-02-30", "sold_on: expected a day as YYYY-MM-DD, found '2026-02-30'"),
        ("confirmed_at", "soon", "confirmed_at: expected an instant in ISO 8601, found 'soon'"),
        ("created_at", "soon", "created_at: expected an instant in ISO 8601, found 'soon'"),
        ("currency", "usd", "currency: expected an ISO 4217 code such as USD, found 'usd'"),
        ("booking_id", None, "booking_id: expected a value, found nothing"),
    ],
)
def test_a_bad_or_missing_value_sets_its_row_aside(column, text, reason):
    result = conformed([row(**{column: text}), row("b2")])
    [(found, rows)] = reasons(result).items()
    assert found.startswith(reason)
    assert rows == 1
    assert list(result.frame["booking_id"]) == ["b2"]


def test_reasons_are_grouped_by_column_and_kind_with_the_first_value_found():
    result = conformed([row(f"b{n}", price=f"x{n % 3}") for n in range(6)] + [row("b9", price="1.005")])
    assert reasons(result) == {
        "price: expected money in USD, found 'x0' and 2 other values": 6,
        "price: expected at most 2 decimal places in USD, found '1.005'": 1,
    }


def test_reasons_follow_the_order_of_the_columns_and_name_up_to_20_keys():
    result = conformed([row(f"b{n}", price="x", guests="many") for n in range(30)])
    assert reasons(result) == {"guests: expected a whole number, found 'many'": 30}
    assert result.quarantined[0].keys == tuple(f"b{n}" for n in range(20))


def test_a_row_without_its_key_is_called_by_its_place():
    assert conformed([row(None)]).quarantined[0].keys == ("a.csv:2",)


def test_money_is_in_the_rows_currency_and_the_tenants_by_default():
    rows = [row("b1", price="1250", currency="JPY"), row("b2", price="1.250", currency="KWD"), row("b3")]
    frame = conformed(rows).frame
    assert list(frame["price"]) == [1250, 1250, 1000]
    assert list(frame["currency"]) == ["JPY", "KWD", "USD"]


def test_minor_units_format_rename_default_and_constant():
    mapping = {
        "booking_id": "Nr",
        "price": {"from": "Cents", "unit": "minor"},
        "sold_on": {"from": "Day", "format": "%d/%m/%Y"},
        "status": {"default": "confirmed"},
        "guests": {"sql": "cast(Adults as int) + 1"},
        "created_at": {"default": "2026-01-01"},
        "currency": {"default": "EUR"},
        "paid": {"from": "Paid", "default": True},
    }
    raw = {"Nr": "007", "Cents": "1250", "Day": "31/12/2025", "Adults": "2", "Paid": ""}
    result = conformed([raw], columns=mapping)
    first = pa.Table.from_pandas(result.frame, preserve_index=False).to_pylist()[0]
    assert first == {
        "booking_id": "007",
        "status": "confirmed",
        "confirmed_at": None,
        "sold_on": date(2025, 12, 31),
        "guests": 3,
        "hours": None,
        "price": 1250,
        "paid": True,
        "currency": "EUR",
        "tenant": "jada",
        "created_at": datetime(2025, 12, 31, 23, tzinfo=UTC),
        "source_key": "a.csv:2",
    }
    assert result.absent_columns == ("confirmed_at", "hours")


@pytest.mark.parametrize(
    ("check_in", "check_out"),
    [
        ("2026-03-28T14:00:00Z", "2026-03-29T09:00:00Z"),  # 15:00 to 11:00 on the wall: 19 hours
        ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),  # midnight to midnight: 23 hours
        ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),  # and 25
    ],
)
def test_a22_instants_given_for_days_are_one_night_apart_over_a_clock_change(check_in, check_out):
    rows = [row("b1", sold_on=check_in), row("b2", sold_on=check_out)]
    first, last = pa.Table.from_pandas(conformed(rows).frame).column("sold_on").to_pylist()
    assert (last - first).days == 1


def test_a03_long_ids_beside_a_missing_one_keep_every_digit():
    ids = [4873214862074861337, None, 4873214862074860545]
    rows = [row(f"b{place}", guests=number) for place, number in enumerate(ids)]
    assert conformed(rows).frame["guests"].to_list()[::2] == [4873214862074861337, 4873214862074860545]


def test_a05_a_column_that_no_row_has_is_of_its_declared_type_and_named():
    result = conformed([row(paid=None)])
    assert result.frame.dtypes["status"].pyarrow_dtype == pa.string()
    table = pa.Table.from_pandas(result.frame, preserve_index=False)
    assert table.schema.types == arrow_schema(BOOKINGS).types
    # `paid` is there, with no value in any row: that is not absent.
    assert result.absent_columns == ("status", "confirmed_at", "sold_on", "guests", "hours")


def test_no_rows_are_a_declared_frame_and_nothing_is_known_to_be_absent():
    result = conformed([])
    assert (len(result.frame), result.rows_read, result.absent_columns, result.newest) == (0, 0, (), None)
    assert result.frame.dtypes["price"].pyarrow_dtype == pa.int64()


# --- choosing rows -----------------------------------------------------------------------------------


def test_where_leaves_out_rows_that_are_not_the_tenants_uncounted():
    result = conformed([row("b1", hotel="A"), row("b2", hotel="B")], where="hotel = 'A' -- mine")
    assert (result.rows_read, list(result.frame["booking_id"])) == (1, ["b1"])


def test_distinct_keeps_the_first_of_rows_that_are_alike_in_the_mapped_columns():
    rows = [row("b1", line="1"), row("b2", line="2"), row("b1", line="3")]
    result = conformed(rows, distinct=True)
    assert result.rows_read == 2
    assert list(result.frame["source_key"]) == ["a.csv:2", "a.csv:3"]
    assert result.quarantined == ()


def test_columns_that_differ_in_case_alone_are_two():
    assert only(conformed([row(Price="99.00", price="10.00")], columns={"price": "Price"}), "price") == 9900


def test_sql_that_cannot_run_says_what_there_is():
    expected = r"(?s)files:a.csv: .*gusts.*attributes of this source: booking_id, price"
    with pytest.raises(SourceError, match=expected):
        conformed([row()], columns={"guests": {"sql": "gusts + 1"}})


@pytest.mark.parametrize(
    "reach", ["(select count(*) from read_text('/etc/hostname'))", "(select 1 from glob('/*'))"]
)
def test_sql_reaches_nothing_but_the_rows(reach):
    with pytest.raises(SourceError):
        conformed([row()], columns={"guests": {"sql": reach}})


def test_a_mapping_of_a_column_that_the_dataset_lacks_is_refused():
    with pytest.raises(SourceError, match="expected columns of the dataset, found prise; it has: booking_id"):
        conformed([row()], columns={"prise": "price"})


def test_another_tenants_row_is_set_aside_and_its_key_not_said():
    result = conformed([row("b1", tenant="jada"), row("secret-7", tenant="rental"), row("b3", tenant=None)])
    assert result.quarantined == (Quarantined("tenant: expected 'jada', found another tenant's row", 1, ()),)
    assert set(result.frame["tenant"]) == {"jada"}


def test_of_rows_with_one_key_the_first_known_is_kept():
    rows = [
        row("b1", price="3.00", created_at="2026-01-03T00:00:00Z"),
        row("b1", price="1.00", created_at="2026-01-01T00:00:00Z"),
        row("b1", price="2.00", created_at="2026-01-01T00:00:00Z"),
        row("b2"),
    ]
    result = conformed(rows)
    assert list(result.frame["price"]) == [100, 1000]
    assert result.quarantined == (
        Quarantined("duplicate key: expected booking_id once, found it again", 2, ("b1", "b1")),
    )


# --- when a row became known -------------------------------------------------------------------------

END = datetime(2026, 1, 31, 23, tzinfo=UTC)  # of 31 January in Amsterdam


def test_rows_known_after_the_day_are_left_out_whatever_else_is_in_them():
    rows = [
        row("b1", created_at="2026-01-31T22:59:59Z"),
        row("b2", created_at="2026-01-31T23:00:00Z"),
        row("b3", created_at="2026-02-01T00:00:00Z", price="x"),
        row("b1", created_at="2026-02-02T00:00:00Z"),
    ]
    result = conformed(rows, as_of_end=END)
    assert (result.rows_after, result.quarantined) == (3, ())
    assert result.newest == "2026-01-31T22:59:59+00:00"


def test_without_created_at_the_columns_of_known_by_tell():
    rows = [
        {"booking_id": "b1", "price": "1", "confirmed_at": "2026-01-05T10:00:00Z", "sold_on": "2026-01-02"},
        {"booking_id": "b2", "price": "1", "confirmed_at": None, "sold_on": "2026-01-02"},
        {"booking_id": "b3", "price": "1", "confirmed_at": None, "sold_on": "2026-02-01"},
        {"booking_id": "b4", "price": "1"},
    ]
    result = conformed(rows, as_of_end=END)
    assert result.frame["created_at"].to_list() == [
        datetime(2026, 1, 5, 10, tzinfo=UTC),
        datetime(2026, 1, 1, 23, tzinfo=UTC),  # the start of 2 January in Amsterdam
    ]
    assert result.rows_after == 1
    [(reason, _)] = reasons(result).items()
    assert reason.startswith("created_at: expected when the row became known, found nothing; map ")


def test_a_state_is_known_as_read_and_never_cut():
    rows = [{"asset_id": "boat"}, {"asset_id": "van", "created_at": "2026-03-01T00:00:00Z"}]
    result = conformed(rows, ASSETS)
    assert result.frame["created_at"][0] == datetime(2026, 5, 2, 6, tzinfo=UTC)
    assert len(conformed(rows, ASSETS, as_of_end=END).frame) == 2


# --- all rows are accounted for ----------------------------------------------------------------------

rows_of_any_kind = st.lists(
    st.fixed_dictionaries(
        {"booking_id": st.sampled_from(["b1", "b2", "b3", "", None])},
        optional={
            "price": st.sampled_from(["1.00", "1.005", "abc", "", None]),
            "currency": st.sampled_from(["USD", "JPY", "dollars", None]),
            "tenant": st.sampled_from(["jada", "rental", None]),
            "created_at": st.sampled_from(["2026-01-01", "2026-02-01T00:00:00Z", "soon", None]),
            "sold_on": st.sampled_from(["2026-01-02", "2026-02-02", "someday", None]),
            "guests": st.sampled_from([1, "2", "two", None]),
        },
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(rows=rows_of_any_kind, ragged=st.integers(0, 3), cut=st.booleans())
def test_every_row_read_is_kept_set_aside_or_after(rows, ragged, cut):
    unread = (Quarantined("expected 2 cells", ragged),) if ragged else ()
    result = conformed(rows, as_of_end=END if cut else None, quarantined=unread)
    set_aside = sum(part.rows for part in result.quarantined)
    assert result.rows_read == len(rows) + ragged
    assert result.rows_read == len(result.frame) + set_aside + result.rows_after
    assert result.frame["booking_id"].is_unique
    assert all(part.rows > 0 for part in result.quarantined)
