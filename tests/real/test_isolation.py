"""Two portfolios in one process: what the one's reports are made of is nowhere in the other's bytes."""

from __future__ import annotations

import re

import pytest

FILES = ("payload.json", "report.html", "report.txt", "page.html")


def identities(day) -> set[str]:
    portfolio = day.day.config.portfolio
    named = {
        portfolio.id,
        portfolio.title,
        portfolio.owner,
        portfolio.storage.archive,
        portfolio.sender.address,
    }
    return named | {word for tenant in portfolio.tenants for word in (tenant.id, tenant.title)}


def numbers(day) -> set[str]:
    """Figures that no other books are likely to have: four digits or more, as they stand in the payload."""
    found = {
        str(kpi["value"])
        for report in day.reports
        for kpi in day.payload(report)["kpis"]
        if kpi.get("value") is not None
    }
    return {text for text in found if len(re.sub(r"\D", "", text)) >= 4}


def hashes(day) -> set[str]:
    return {
        manifest.content_hash
        for tenant in day.day.config.portfolio.tenants
        for name in tenant.datasets
        if (manifest := day.manifest(tenant.id, name))
    }


def stands_in(word: str, text: str) -> bool:
    """Whether it is there as a whole word: a hotel called "city" is not in "capacity"."""
    return word in text and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


@pytest.mark.parametrize("gather", [identities, numbers, hashes], ids=lambda function: function.__name__)
def test_nothing_of_one_portfolio_is_in_the_others_reports(hotels, books, gather) -> None:
    for mine, other in ((hotels, books), (books, hotels)):
        words = gather(mine)
        assert words
        for report in other.reports:
            for name in FILES:
                text = other.file(report, name).decode()
                assert sorted(word for word in words if stands_in(word, text)) == []


def test_each_has_a_lake_and_an_archive_of_its_own(hotels, books) -> None:
    for mine, other in ((hotels, books), (books, hotels)):
        keys = mine.day.lake.list("snapshots/")
        assert keys
        assert not any(
            f"/{tenant.id}/" in key for key in keys for tenant in other.day.config.portfolio.tenants
        )
        assert mine.day.archive.edition(other.run.as_of, "ceo") is None
