"""The AWS account's bill and prices: what each calendar month costs, of which the books have the payment too.

What is wasted is in it: a DynamoDB table with 50 units of each kind that needs none (25 are free, so 14.235 a
month), 400 GB of old versions in S3 (9.20), and 60 GB of logs that are kept for ever (1.80).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from quarterdeck.demo.cost_answers import Bill, BillLine, so_far
from quarterdeck.demo.world.rows import usd
from quarterdeck.demo.world.span import Span, local

if TYPE_CHECKING:
    from quarterdeck.demo.world.rows import Tables

# The bill of each calendar month in cents, January to December; charged on the 3rd of the month after.
AWS_BILL = (5_020, 5_210, 5_540, 5_880, 6_430, 7_160, 8_390, 8_070, 6_920, 6_150, 5_600, 5_330)

# The same every month, in USD. CloudFront, which follows the visitors, is the rest.
_STEADY = (
    ("Amazon DynamoDB", "USW2-WriteCapacityUnit-Hrs", "11.8625"),
    ("Amazon DynamoDB", "USW2-ReadCapacityUnit-Hrs", "2.3725"),
    ("Amazon DynamoDB", "USW2-TimedStorage-ByteHrs", "0.3100"),
    ("Amazon Simple Storage Service", "USW2-TimedStorage-ByteHrs", "13.4550"),
    ("Amazon Simple Storage Service", "USW2-Requests-Tier1", "0.6420"),
    ("AmazonCloudWatch", "USW2-TimedStorage-ByteHrs", "1.8000"),
    ("AmazonCloudWatch", "USW2-DataProcessing-Bytes", "1.3500"),
    ("AWS Lambda", "USW2-Lambda-GB-Second", "1.1275"),
    ("Amazon Route 53", "HostedZone", "1.0000"),
    ("Amazon Simple Email Service", "USW2-Recipients", "0.2150"),
)
_FOLLOWING = ("Amazon CloudFront", "US-DataTransfer-Out-Bytes")

_PRICED_SINCE = date(2020, 1, 1)
_PRICES = (
    ("dynamodb_write_unit_hour", "unit-hour", "0.00065"),
    ("dynamodb_read_unit_hour", "unit-hour", "0.00013"),
    ("dynamodb_write_million", "million requests", "0.625"),
    ("dynamodb_read_million", "million requests", "0.125"),
    ("s3_noncurrent_gb_month", "GB-month", "0.023"),
    ("logs_stored_gb_month", "GB-month", "0.03"),
)


def bill_of(anchor: date) -> Bill:
    """The bill as Cost Explorer shows it at the end of the anchor day: the running month up to that day."""
    span = Span(anchor)
    lines: list[BillLine] = []
    for month in span.months:
        if month == span.running and not span.has(month):
            continue  # the anchor is a month's last day
        whole = [BillLine(month, service, usage, Decimal(amount)) for service, usage, amount in _STEADY]
        rest = usd(AWS_BILL[month.month - 1]) - sum((line.amount for line in whole), Decimal())
        whole.append(BillLine(month, *_FOLLOWING, rest))
        running = month == span.running
        lines += [
            BillLine(
                line.month,
                line.service,
                line.usage_type,
                so_far(line.amount, anchor) if running else line.amount,
            )
            for line in whole
        ]
    return Bill(tuple(lines), span.running)


def add_prices(tables: Tables) -> None:
    """The price table: AWS's own prices in us-west-2, as of 2026."""
    for item, unit, price in _PRICES:
        known = local(_PRICED_SINCE, 12)
        tables.add("price_table", known, item=item, unit=unit, usd=Decimal(price), valid_from=_PRICED_SINCE)
