"""The books of the made-up tenant in plain pandas: frames, and the steps that its metrics share.

Money is in integers of minor units. A shared step is worked out once (``cached_property``), as in a notebook;
``forget`` drops them all.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from metric_world import AS_OF, ZONE

if TYPE_CHECKING:
    from pathlib import Path

DAY = pd.Timestamp(AS_OF)
END = pd.Timestamp(AS_OF, tz=ZONE) + pd.Timedelta(days=1)
MONTH = DAY.replace(day=1)
FULL_END = DAY + pd.Timedelta(days=1) if (DAY + pd.Timedelta(days=1)).day == 1 else MONTH
FULL_START = FULL_END - pd.DateOffset(months=1)
YEAR = FULL_END - pd.DateOffset(months=12)
_COLUMNS = {
    "bookings": [
        "booking_id", "status", "confirmed_at", "cancelled_at", "starts_at", "ends_at", "price", "cancel_fee",
        "balance_due_on", "created_at",
    ],
    "payments": ["booking_id", "invoice_id", "received_at", "amount", "part", "withheld", "created_at"],
    "general_ledger": [
        "entry_id", "line", "posted_on", "account", "amount", "vendor", "document_ref", "booking_id",
        "invoice_id", "stay_id", "delivery_id", "opening", "reverses", "created_at",
    ],
    "chart_of_accounts": None,
    "invoices": None,
    "stays": None,
    "yacht_deliveries": None,
}  # fmt: skip


def local_day(instants: pd.Series) -> pd.Series:
    """The local calendar day of instants."""
    return instants.dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()


def rounded(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """The quotient, half away from zero."""
    return np.sign(numerator) * ((2 * numerator.abs() + denominator) // (2 * denominator))


class Books:
    """The frames of a tenant, and the steps that metrics share."""

    def __init__(self, folder: Path) -> None:
        frames = {
            name: pd.read_parquet(
                folder / f"{name}.parquet", columns=columns, to_pandas_kwargs={"date_as_object": False}
            )
            for name, columns in _COLUMNS.items()
        }
        self.frames = {name: frame[frame["created_at"] < END] for name, frame in frames.items()}

    def forget(self) -> None:
        """Drop the shared steps."""
        for name in [name for name in vars(self) if name != "frames"]:
            delattr(self, name)

    @cached_property
    def bookings(self) -> pd.DataFrame:
        """Bookings as they stood at the end of the day."""
        frame = self.frames["bookings"].copy()
        frame["start"] = local_day(frame["starts_at"])
        last = (frame["ends_at"] - pd.Timedelta(microseconds=1)).clip(lower=frame["starts_at"])
        frame["last"] = local_day(last)
        binding = frame["status"].isin(["confirmed", "completed", "no_show"]) | (
            (frame["status"] == "cancelled") & frame["confirmed_at"].notna()
        )
        confirmed = frame["confirmed_at"].isna() | (frame["confirmed_at"] < END)
        cancelled = (frame["status"] == "cancelled") & (
            frame["cancelled_at"].isna() | (frame["cancelled_at"] < END)
        )
        frame["ever_confirmed"] = binding & confirmed
        frame["stood"] = np.select(
            [
                cancelled,
                frame["status"] == "inquiry",
                ~binding | ~confirmed,
                (frame["status"] == "no_show") & (frame["starts_at"] < END),
                frame["ends_at"] <= END,
            ],
            ["cancelled", "inquiry", "quoted", "no_show", "completed"],
            "confirmed",
        )
        off_day = local_day(frame["cancelled_at"]).where(cancelled).fillna(frame["start"])
        frame["off_day"] = frame["start"].where(frame["stood"] == "no_show", off_day)
        return frame

    @cached_property
    def services(self) -> pd.DataFrame:
        """What is earned, from its first to its last day."""
        book, stays = self.bookings, self.frames["stays"]
        invoices, deliveries = self.frames["invoices"], self.frames["yacht_deliveries"]
        done = book[book["stood"].isin(["confirmed", "completed"])]
        off = book[book["stood"].isin(["cancelled", "no_show"]) & book["cancel_fee"].notna()]
        stays = stays[~stays["stay_id"].isin(book["booking_id"])]
        gone = (stays["status"] == "cancelled") & ~(stays["cancelled_at"] >= END)
        missed = (stays["status"] == "no_show") & (stays["check_in"] <= DAY)
        kept, lost = stays[~gone & ~missed], stays[(gone | missed) & stays["cancel_fee"].notna()]
        lost_on = local_day(lost["cancelled_at"]).fillna(lost["check_in"])
        lost_on = lost["check_in"].where(lost["status"] == "no_show", lost_on)
        billed = invoices[(invoices["issued_on"] <= DAY) & ~(invoices["void_on"] <= DAY)]
        sailed = deliveries[deliveries["departed_at"] < END]
        parts = [
            ("booking", done["booking_id"], done["price"], done["start"], done["last"]),
            ("booking", off["booking_id"], off["cancel_fee"], off["off_day"], off["off_day"]),
            (
                "stay", kept["stay_id"], kept["rent"] + kept["cleaning"].fillna(0), kept["check_in"],
                (kept["check_out"] - pd.Timedelta(days=1)).clip(lower=kept["check_in"]),
            ),
            ("stay", lost["stay_id"], lost["cancel_fee"], lost_on, lost_on),
            (
                "invoice", billed["invoice_id"], billed["amount"] - billed["tax"].fillna(0),
                billed["period_start"], billed["period_end"],
            ),
            (
                "delivery", sailed["delivery_id"], sailed["fee"], local_day(sailed["departed_at"]),
                local_day(sailed["arrived_at"]),
            ),
        ]  # fmt: skip
        return pd.concat(
            [
                pd.DataFrame(
                    {"source": source, "id": id_, "amount": amount.astype("int64"),
                     "first": first.astype("datetime64[s]"), "last": last.astype("datetime64[s]")}
                )
                for source, id_, amount, first, last in parts
            ],
            ignore_index=True,
        )  # fmt: skip

    @cached_property
    def earned(self) -> pd.DataFrame:
        """Revenue recognised by service and month: rounded by month, the last month takes what is left."""
        begun = self.services[self.services["first"] <= DAY]
        days = (begun["last"] - begun["first"]).dt.days + 1
        done = (begun["last"].clip(upper=DAY) - begun["first"]).dt.days + 1
        each = begun.loc[begun.index.repeat(done)]
        number = each.groupby(level=0).cumcount()
        month = (each["first"] + pd.to_timedelta(number, unit="D")).dt.to_period("M")
        parts = (
            month.groupby([each.index, month]).size().rename_axis(["service", "month"]).reset_index(name="n")
        )
        parts = parts.join(begun, on="service").join(days.rename("days"), on="service")
        parts["share"] = rounded(parts["amount"] * parts["n"], parts["days"])
        before = parts.groupby("service")["share"].cumsum() - parts["share"]
        ends = (parts["last"].dt.to_period("M") == parts["month"]) & (parts["last"] <= DAY)
        parts["earned"] = parts["share"].where(~ends, parts["amount"] - before)
        return parts[["source", "id", "month", "earned"]]

    @cached_property
    def paid(self) -> pd.DataFrame:
        """Payments for the price, by booking or invoice, with what was withheld."""
        pay, invoices = self.frames["payments"], self.frames["invoices"]
        pay = pay[pay["part"].isin(["deposit", "balance"]) & (pay["received_at"] < END)]
        known = pay["booking_id"].notna() | pay["invoice_id"].isin(invoices["invoice_id"])
        pay = pay[known]
        return pd.DataFrame(
            {
                "source": np.where(pay["booking_id"].notna(), "booking", "invoice"),
                "id": pay["booking_id"].fillna(pay["invoice_id"]),
                "received": pay["amount"] + pay["withheld"].fillna(0).astype("int64"),
            }
        )

    @cached_property
    def balances(self) -> pd.DataFrame:
        """What is owed to the customer of each booking and invoice (owed), and whether it is off."""
        earned = self.earned[self.earned["source"].isin(["booking", "invoice"])]
        moved = pd.concat([self.paid, earned]).fillna({"received": 0, "earned": 0})
        balance = moved.groupby(["source", "id"])[["received", "earned"]].sum().astype("int64").reset_index()
        net = balance["received"] - balance["earned"]
        balance["owed"] = np.minimum(net, balance["received"]).clip(lower=0)
        off = self.bookings[self.bookings["stood"].isin(["cancelled", "no_show"])]
        off = off.loc[off["off_day"] <= DAY, "booking_id"]
        balance["off"] = (balance["source"] == "booking") & balance["id"].isin(off)
        return balance

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Lines posted by the day, with their account."""
        lines = self.frames["general_ledger"]
        lines = lines[lines["posted_on"] <= DAY].drop(columns="created_at")
        chart = self.frames["chart_of_accounts"]
        chart = chart[["account", "type", "cash", "flow", "behaviour", "category", "role"]]
        lines = lines.merge(chart, on="account", how="left", indicator=True)
        lines["unmapped"] = lines["_merge"] == "left_only"
        lines["opening"] = lines["opening"].fillna(False).astype(bool)
        lines["is_cash"] = lines["cash"].isin(["bank", "card"])
        return lines.drop(columns="_merge")

    @cached_property
    def flows(self) -> pd.DataFrame:
        """The other lines of entries that touch cash, with their sign turned."""
        lines = self.ledger
        touching = lines.loc[lines["is_cash"] & ~lines["opening"], "entry_id"].unique()
        flows = lines[~lines["is_cash"] & ~lines["opening"] & lines["entry_id"].isin(touching)].copy()
        flows["amount"] = -flows["amount"]
        flows["class"] = flows["flow"].fillna("operating").mask(flows["role"] == "interest", "operating")
        return flows

    @cached_property
    def operating(self) -> pd.DataFrame:
        """Operating lines net to one receipt or payment an entry."""
        flows = self.flows[self.flows["class"] == "operating"]
        reversing = self.ledger.loc[self.ledger["reverses"].notna(), "entry_id"].unique()
        net = flows.groupby("entry_id").agg(amount=("amount", "sum"), day=("posted_on", "max")).reset_index()
        back = net["entry_id"].isin(reversing)
        net["receipt"] = net["amount"].where((net["amount"] > 0) != back, 0)
        net["payment"] = (-net["amount"]).where((net["amount"] > 0) == back, 0)
        return net

    @cached_property
    def expenses(self) -> pd.DataFrame:
        """Expense lines, those on unknown accounts among them."""
        lines = self.ledger
        lines = lines[~lines["opening"] & ((lines["type"] == "expense") | lines["unmapped"])].copy()
        behaviour = lines["behaviour"].fillna("none")
        lines["behaviour"] = behaviour.mask(lines["role"] == "commission", "variable")
        return lines

    @cached_property
    def year(self) -> dict[str, int]:
        """Revenue, costs and units of the last twelve full months."""
        expenses = self.expenses
        expenses = expenses[(expenses["posted_on"] >= YEAR) & (expenses["posted_on"] < FULL_END)]
        months = self.earned["month"]
        within = (months >= YEAR.to_period("M")) & (months < FULL_END.to_period("M"))
        book, deliveries = self.bookings, self.frames["yacht_deliveries"]
        over = book[
            (book["stood"] == "completed") & ~book["booking_id"].isin(self.frames["stays"]["stay_id"])
        ]
        arrived = local_day(deliveries.loc[deliveries["arrived_at"] < END, "arrived_at"])
        nights = self.nights.loc[self.nights["kind"] == "guest", "night"]
        days = pd.concat([over["last"], arrived, nights])
        return {
            "revenue": int(self.earned.loc[within, "earned"].sum()),
            "fixed": int(expenses.loc[expenses["behaviour"] == "fixed", "amount"].sum()),
            "variable": int(expenses.loc[expenses["behaviour"] == "variable", "amount"].sum()),
            "units": int(((days >= YEAR) & (days < FULL_END)).sum()),
        }

    @cached_property
    def nights(self) -> pd.DataFrame:
        """Nights of stays that take their unit, with their part of the rent."""
        stays = self.frames["stays"]
        gone = (stays["status"] == "cancelled") & ~(stays["cancelled_at"] >= END)
        stays = stays[~gone & ~((stays["status"] == "no_show") & (stays["check_in"] <= DAY))]
        count = (stays["check_out"] - stays["check_in"]).dt.days
        nights = stays.loc[stays.index.repeat(count)].assign(nights=count)
        number = nights.groupby(level=0).cumcount()
        nights["night"] = nights["check_in"] + pd.to_timedelta(number, unit="D")
        rent = nights["rent"]
        nights["part"] = rent * (number + 1) // nights["nights"] - rent * number // nights["nights"]
        return nights
