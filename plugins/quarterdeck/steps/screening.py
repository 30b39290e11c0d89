"""What may not be in a report's bytes: whatever names tenants out of its scope, or another portfolio."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from quarterdeck.lake.documents import to_bytes
from quarterdeck.mail.screening import Foreign, ForeignDataError, Hit, Screen
from quarterdeck.settings.identities import other_identities
from quarterdeck.steps.surveyed import surveys_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from quarterdeck.settings.definition import Portfolio, Report, Tenant
    from quarterdeck.steps.resources import Day


def screen_for_others(day: Day, report: Report, files: Mapping[str, bytes]) -> None:
    """Search finished files, whatever they are, for what is not the report's to say.

    Raises ForeignDataError naming the kind of each hit and where it is, never the value; QuarterdeckError
    for a file that can't be searched.
    """
    hits = screen_of(day, report).hits_in(files)
    unplanted = [hit for hit in hits if not hit.foreign.planted]
    shared = _in_own_data(day, report, unplanted) if unplanted else set()
    if wrong := [hit for hit in hits if hit.foreign not in shared]:
        raise ForeignDataError(wrong)


def screen_of(day: Day, report: Report) -> Screen:
    """The search for one report: foreign names, and what is public or its own."""
    portfolio, places = day.config.portfolio, day.resources.places
    others = list(other_identities(portfolio.id, places))
    foreign = list(_other_tenants(day, report))
    for other in others:
        foreign += [_of_another("id", value) for value in other.ids]
        foreign += [_of_another("title", value) for value in other.titles]
        foreign += [_of_another("address", value) for value in other.addresses]
        foreign += [_of_another("canary", value) for value in other.canaries]
    public = set(portfolio.public).union(*(other.public for other in others))
    return Screen(foreign, public=public | _own_addresses(portfolio), own=_own_words(day, report))


def _other_tenants(day: Day, report: Report) -> Iterator[Foreign]:
    """Of the same portfolio: named in the message, since its people know them."""
    in_scope = {tenant.id for tenant in day.config.scope(report)}
    for tenant in day.config.portfolio.tenants:
        if tenant.id not in in_scope:
            yield Foreign(f"id of tenant {tenant.id}", tenant.id)
            yield Foreign(f"title of tenant {tenant.id}", tenant.title)
            for canary in tenant.canaries:
                yield Foreign(f"canary of tenant {tenant.id}", canary, planted=True)


def _of_another(what: str, value: str) -> Foreign:
    """Of another portfolio, which this one's log may not name: the mark is that of ``sha256sum``."""
    mark = sha256(value.encode()).hexdigest()[:8]
    return Foreign(f"{what} of another portfolio (sha256 {mark}…)", value, planted=what == "canary")


def _own_addresses(portfolio: Portfolio) -> set[str]:
    """Addresses and domains that stand in the portfolio's own mail: a tenant's name in one is no hit."""
    sender = portfolio.sender
    named = {sender.address, sender.reply_to, portfolio.preview}
    named.update(*portfolio.recipients.values())
    return named | {address.rpartition("@")[2] for address in named}


def _own_words(day: Day, report: Report) -> str:
    """What the report's own definition, tenants and portfolio are called."""
    portfolio = day.config.portfolio
    words: list[Any] = [
        portfolio.id,
        portfolio.title,
        portfolio.sender.name,
        portfolio.owner,
        portfolio.timezone,
    ]
    words += [portfolio.owners, portfolio.settings, report.model_dump(mode="json", by_alias=True)]
    words += [
        tenant.model_dump(mode="json", include={"id", "title", "kind", "unit", "settings"})
        for tenant in day.config.scope(report)
    ]
    return to_bytes(words).decode()


def _in_own_data(day: Day, report: Report, hits: list[Hit]) -> set[Foreign]:
    """Those of the hits whose value is in the rows that the report is made of: a customer of both is no leak.

    Looked up only where there is a hit, which is rare; a planted word is never excused.
    """
    search = Screen(hit.foreign for hit in hits)
    texts = (text for tenant in day.config.scope(report) for text in _texts_of_rows(day, tenant))
    return {hit.foreign for hit in search.hits(texts)}


def _texts_of_rows(day: Day, tenant: Tenant) -> Iterator[tuple[str, str]]:
    """Every text column of the tenant's snapshots."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    own = day.snapshots.of_tenant(day.run.as_of, tenant.id, tenant.datasets)
    for part in (own, *surveys_of(day, tenant.id)):
        for dataset, key in part.parquet.items():
            table = pq.read_table(pa.BufferReader(day.lake.get(key)))
            for name, column in zip(table.column_names, table.columns, strict=True):
                if pa.types.is_string(column.type):
                    values = column.drop_null().unique().to_pylist()
                    yield f"{tenant.id} {dataset} {name}", "\n".join(values)
