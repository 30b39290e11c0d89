"""119,390 real bookings through a folder of YAML, against the figures that others have published of them.

Published: Antonio, de Almeida, Nunes, Data in Brief 22 (2019) 41-49, and the notebooks that the README beside
the data names. What isn't published is counted from the file itself, by other SQL than the product's.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from quarterdeck.days import end_of_day
from quarterdeck.sources.conforming import conform
from quarterdeck.sources.definition import Reading
from quarterdeck.sources.reading import read_source

ROWS = {"resort": 40_060, "city": 79_330}
HOTELS = {"resort": "Resort Hotel", "city": "City Hotel"}
CENT, SIX = Decimal("0.01"), Decimal("0.000001")
ARRIVAL = (
    "strptime(concat_ws(' ', arrival_date_year, arrival_date_month, arrival_date_day_of_month), '%Y %B %d')"
)


def rounded(value: Fraction, to: Decimal) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(to, ROUND_HALF_UP)


@pytest.fixture(scope="module")
def opened(hotels):
    with hotels.scope() as scope:
        yield scope


@pytest.fixture(scope="module")
def bookings(opened):
    """The table of all bookings, by tenant and channel."""
    return {(row["tenant"], row["channel"]): row for row in opened.table("bookings_overall")}


# --- rows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", ["bookings", "stays"])
@pytest.mark.parametrize("tenant", ROWS)
def test_each_hotel_has_its_published_rows_and_the_counts_add_up(hotels, tenant, dataset) -> None:
    manifest = hotels.manifest(tenant, dataset)
    assert manifest.rows_kept == ROWS[tenant]
    assert manifest.rows_read == manifest.rows_kept + manifest.rows_quarantined + manifest.rows_after
    assert manifest.broken_files == ()


def test_every_row_of_the_file_is_kept_once(opened, raw) -> None:
    kept = opened.ask("select cast(booking_id as bigint) from bookings order by 1")
    assert kept == raw.execute("select row from raw order by 1").fetchall()
    assert len(kept) == 119_390


def test_a_past_day_knows_only_the_bookings_made_by_then(hotels, raw) -> None:
    config, past = hotels.day.config, date(2016, 6, 30)
    tenant, zone = config.portfolio.tenant("resort"), ZoneInfo("Europe/Lisbon")
    folder = hotels.resources.places.portfolio_folder("iberia-hotels")
    source = tenant.datasets["bookings"]
    reading = Reading(
        folder=folder,
        client=hotels.day.client,
        now=hotels.resources.clock(),
        as_of=past,
        until=end_of_day(past, zone),
    )
    extract = read_source(source, config.datasets["bookings"], reading)
    rows = conform(
        extract,
        source,
        config.datasets["bookings"],
        tenant=tenant,
        zone=zone,
        as_of_end=end_of_day(past, zone),
    )
    later = raw.execute(
        f"select count(*) from raw where hotel = 'Resort Hotel' "
        f"and {ARRIVAL} - to_days(cast(lead_time as integer)) > date '2016-06-30'"
    ).fetchone()[0]
    assert 0 < later < ROWS["resort"]
    assert (rows.rows_read, rows.rows_after) == (ROWS["resort"], later)
    assert len(rows.frame) == ROWS["resort"] - later


# --- bookings ----------------------------------------------------------------------------------------


def test_cancellation_rate_without_and_with_no_shows(bookings) -> None:
    hotels = [bookings[tenant, "all channels"] for tenant in ROWS]
    cancelled = sum(row["cancelled"] for row in hotels)
    confirmed = sum(row["ever_confirmed"] for row in hotels)
    no_shows = sum(row["no_shows"] for row in hotels)
    assert (cancelled, no_shows, confirmed) == (43_017, 1_207, 119_390)
    assert rounded(Fraction(cancelled, confirmed), Decimal("0.0001")) == Decimal("0.3603")
    # Published as the mean of is_canceled, which counts no-shows too.
    assert rounded(Fraction(cancelled + no_shows, confirmed), SIX) == Decimal("0.370416")


def test_each_hotels_cancellations_and_lead_time(bookings) -> None:
    city, resort = bookings["city", "all channels"], bookings["resort", "all channels"]
    with_no_shows = {
        name: rounded(
            Fraction(100 * (row["cancelled"] + row["no_shows"]), row["bookings"]), Decimal("0.0001")
        )
        for name, row in (("city", city), ("resort", resort))
    }
    assert with_no_shows == {"city": Decimal("41.7270"), "resort": Decimal("27.7634")}
    assert (city["lead_days"], resort["lead_days"]) == (Decimal("109.7"), Decimal("92.7"))


def test_mean_lead_time_of_all_bookings(opened) -> None:
    ((days, rows),) = opened.ask(
        "select sum(date_diff('day', confirmed_day, start_day)), count(*) from bookings_as_of"
    )
    assert rounded(Fraction(int(days), rows), SIX) == Decimal("104.011416")


def test_stays_that_are_over_and_guests_in_the_house_are_those_who_came(opened, bookings) -> None:
    done = sum(bookings[tenant, "all channels"]["done"] for tenant in ROWS)
    ((in_house,),) = opened.ask("select count(*) from bookings_as_of where status = 'confirmed'")
    assert done + in_house == 75_166
    assert in_house > 0  # who arrived in the last days of August left in September


def test_channels_are_as_published(bookings) -> None:
    channels: Counter[str] = Counter()
    for (_, channel), row in bookings.items():
        channels[channel] += row["bookings"]
    published = {"TA/TO": 97_870, "Direct": 14_645, "Corporate": 6_677, "GDS": 193, "Undefined": 5}
    assert channels == {"all channels": 119_390, **published}


# --- stays -------------------------------------------------------------------------------------------


def test_adr_is_revenue_over_nights(opened) -> None:
    rows = {row["tenant"]: row for row in opened.table("stays_overall")}
    stays, nights = (sum(row[name] for row in rows.values()) for name in ("stays", "nights"))
    rent = sum(row["rent"] for row in rows.values())
    assert (stays, nights, rent) == (75_166, 255_040, Decimal("25996260.41"))
    assert rounded(Fraction(rent) / nights, CENT) == Decimal("101.93")
    for row in rows.values():
        assert row["adr"] == rounded(Fraction(row["rent"]) / row["nights"], CENT)


def test_the_published_mean_of_rates_is_another_figure(opened) -> None:
    """101.83 is the mean of all bookings' rates, cancelled ones too: a booking counts once, a night doesn't.

    A booking of no nights has no rent to tell its rate by; in the file all 715 have the rate 0.
    """
    rates = opened.ask(
        "select price, date_diff('day', start_day, cast(ends_at at time zone zone.name as date)), count(*)"
        " from bookings_as_of cross join zone group by all"
    )
    total = sum(Fraction(price * count, nights * 100) for price, nights, count in rates if nights)
    assert rounded(total / 119_390, SIX) == Decimal("101.831122")


def test_every_month_of_arrival_has_its_nights_and_revenue(opened, data) -> None:
    with (data / "hotel_bookings" / "computed_monthly.csv").open(newline="") as file:
        expected = {
            (row["hotel"], row["ym"]): (int(row["stays"]), int(row["nights"]), Decimal(row["room_revenue"]))
            for row in csv.DictReader(file)
        }
    found = opened.ask(
        "select tenant, strftime(check_in, '%Y-%m'), count(*), sum(nights), sum(rent)"
        " from stays_as_of where occupies group by all"
    )
    assert len(found) == 52
    assert {
        (HOTELS[tenant], month): (stays, int(nights), Decimal(int(rent)).scaleb(-2))
        for tenant, month, stays, nights, rent in found
    } == expected


@pytest.mark.parametrize("month_end", [date(2015, 8, 31), date(2016, 10, 31), date(2017, 3, 31)], ids=str)
def test_cancellation_rate_at_a_month_end_is_that_of_its_arrivals(opened, data, month_end) -> None:
    """The file's column ``cancelled`` counts no-shows too; the metric does not."""
    with (data / "hotel_bookings" / "computed_monthly.csv").open(newline="") as file:
        month = {r["hotel"]: r for r in csv.DictReader(file) if r["ym"] == f"{month_end:%Y-%m}"}
    figures = opened.figures("cancellation_rate", at=month_end)
    for tenant, hotel in HOTELS.items():
        cancelled = int(month[hotel]["cancelled"]) - int(month[hotel]["no_show"])
        rate = Fraction(cancelled, int(month[hotel]["bookings"]))
        assert figures[tenant, "cancellation_rate"].value == rounded(rate, SIX)


@pytest.fixture(scope="module")
def august(raw):
    """By tenant: what the nights of August 2017 cost together, and how many they were."""
    rows = raw.execute(
        f"""
        with night as (
            select hotel, cast(adr as decimal(18, 2)) as rate,
                {ARRIVAL} + to_days(cast(unnest(generate_series(0, nights - 1)) as integer)) as night
            from raw where reservation_status = 'Check-Out' and nights > 0
        )
        select hotel, sum(rate), count(*) from night
        where night between date '2017-08-01' and date '2017-08-31' group by hotel
        """
    ).fetchall()
    names = {hotel: tenant for tenant, hotel in HOTELS.items()}
    return {names[hotel]: (rent, nights) for hotel, rent, nights in rows}


def test_adr_of_a_month_is_by_night_not_by_arrival(opened, august) -> None:
    for (tenant, _), figure in opened.figures("adr").items():
        rent, nights = august[tenant]
        assert (figure.value, figure.currency) == (rounded(Fraction(rent) / nights, CENT), "EUR")


def test_a_stay_that_is_a_booking_too_is_earned_once(opened, august) -> None:
    for (tenant, _), figure in opened.figures("revenue_recognised").items():
        assert figure.value == august[tenant][0]


def test_without_a_count_of_rooms_occupancy_and_revpar_are_missing(opened) -> None:
    figures = opened.figures("occupancy_paid", "occupancy_adjusted", "revpar")
    assert len(figures) == 6
    for figure in figures.values():
        assert (figure.value, figure.missing) == (None, "no_data")
        assert "how many units were listed" in figure.because


# --- dirty rows --------------------------------------------------------------------------------------


def test_bookings_of_no_nights_are_kept_and_count_for_none(opened) -> None:
    assert opened.ask("select count(*) from bookings where starts_at = ends_at") == [(715,)]
    assert opened.ask("select count(*), sum(nights), sum(rent) from stays_as_of where nights = 0") == [
        (715, 0, 0)
    ]


def test_rates_of_nothing_are_kept_and_the_one_below_puts_up_a_banner(hotels, opened, raw) -> None:
    assert opened.ask("select count(*) from bookings where price <= 0") == [(1_960,)]
    ((row,),) = raw.execute("select row from raw where adr < 0").fetchall()
    # 10 nights at -6.38
    assert opened.ask("select booking_id, price from bookings where price < 0") == [(str(row), -6_380)]
    for report, outcome in hotels.reports.items():
        assert outcome["decision"] == "banner"
        failed = hotels.payload(report)["data_quality"]["failed"]
        assert {(check["tenant"], check["title"], tuple(check["keys"])) for check in failed} == {
            ("resort", "No price is negative", (str(row),)),
            ("resort", "No rent is negative", (str(row),)),
        }


def test_the_rate_of_5400_is_kept_and_being_cancelled_is_in_no_adr(opened, raw) -> None:
    ((row,),) = raw.execute("select row from raw where adr = 5400").fetchall()
    found = opened.ask(f"select tenant, status, price from bookings_as_of where booking_id = '{row}'")
    assert found == [("city", "cancelled", 540_000)]
    assert opened.ask(f"select count(*) from stay_nights where stay_id = '{row}'") == [(0,)]


def test_bookings_alike_in_everything_are_still_two(opened, raw) -> None:
    columns = ", ".join(c for (c, *_) in raw.execute("describe raw").fetchall() if c != "row")
    groups = f"select list(row) as rows from raw group by {columns}"
    twins = raw.execute(f"select unnest(rows[2:]) from ({groups})").fetchall()
    assert len(twins) == 31_994
    kept = {row for (row,) in opened.ask("select cast(booking_id as bigint) from bookings")}
    assert {row for (row,) in twins} <= kept


def test_what_is_unknown_stays_unknown(opened) -> None:
    assert opened.ask("select count(*) from bookings where guests_aboard is null") == [(4,)]  # children
    assert opened.ask("select count(*) from bookings where channel = 'Undefined'") == [(5,)]


# --- reports -----------------------------------------------------------------------------------------


def test_both_reports_are_archived_where_the_yaml_says(hotels) -> None:
    assert {report: outcome["state"] for report, outcome in hotels.reports.items()} == {
        "ceo": "archived",
        "cfo": "archived",
    }
    assert all(row["done"] for row in hotels.closed["reports"])
    assert all(
        outcome["location"].startswith("s3://iberia-hotels-archive/") for outcome in hotels.reports.values()
    )
    assert b"EUR" in hotels.file("ceo", "payload.json")


def test_the_report_says_how_many_rows_there_were(hotels) -> None:
    for report in hotels.reports:
        lineage = {(row["tenant"], row["dataset"]): row for row in hotels.payload(report)["lineage"]}
        assert set(lineage) == {(tenant, dataset) for tenant in ROWS for dataset in ("bookings", "stays")}
        for (tenant, _), row in lineage.items():
            assert row["rows_read"] == ROWS[tenant]
            assert row["rows_read"] == row["rows_kept"] + row["rows_quarantined"] + row["rows_after"]


def test_the_report_says_the_figures_of_the_month(hotels, opened) -> None:
    kpis = {(kpi["id"], kpi["tenant"]): kpi for kpi in hotels.payload("ceo")["kpis"]}
    for (tenant, metric), figure in opened.figures("adr").items():
        assert Decimal(str(kpis[metric, tenant]["value"])) == figure.value
    assert kpis["occupancy_paid", "city"]["missing"] == "no_data"
    assert kpis["runway_months", None]["missing"] == "no_data"


def test_it_is_said_that_a_past_day_was_rebuilt(hotels) -> None:
    assert hotels.manifest("city", "bookings").rebuilt
    assert datetime.fromisoformat(hotels.manifest("city", "bookings").read_at).year == 2026
    assert b"rebuilt" in hotels.file("ceo", "report.txt")
