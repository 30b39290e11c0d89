"""Checks: suites against frames and figures, and what was set aside on the way into a snapshot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import duckdb
import pandas as pd

from quarterdeck.money import to_major
from quarterdeck.quality.definition import Check
from quarterdeck.quality.docs import write_docs
from quarterdeck.quality.engine import Engine, Outcome
from quarterdeck.quality.frames import derived_frame, plain_frame, wide_figures
from quarterdeck.quality.suites import KPIS, Expectation, Suite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from quarterdeck.lake.definition import Manifest, Quarantined
    from quarterdeck.quality.suites import Derived
    from quarterdeck.settings.definition import Dataset, Tenant

_LONGEST_SHOWN = 40


@dataclass(frozen=True)
class _Subject:
    """A frame to validate. ``table`` is what SQL calls it; ``money`` are its columns in minor units."""

    name: str
    table: str
    tenant: str | None
    frame: pd.DataFrame
    key: tuple[str, ...] = ()
    money: frozenset[str] = frozenset()
    engine: Engine = field(default_factory=Engine)


def validate_frame(
    frame: pd.DataFrame,
    suite: Suite,
    *,
    dataset: Dataset,
    tenant: str,
    min_rows: int = 1,
    docs: Path | None = None,
) -> tuple[Check, ...]:
    """The checks of one declared frame, the number of its rows first (fewer than ``min_rows``: a banner)."""
    engine = Engine()
    checks = _validate_dataset(engine, frame, suite, dataset, tenant=tenant, min_rows=min_rows)
    if docs is not None:
        write_docs(engine.results, docs, title=f"{dataset.title} of {tenant}")
    return checks


def validate_tenant(
    frames: Mapping[str, pd.DataFrame],
    suites: Mapping[str, Suite],
    *,
    datasets: Mapping[str, Dataset],
    tenant: Tenant,
    docs: Path | None = None,
) -> dict[str, tuple[Check, ...]]:
    """The checks of every declared frame of a tenant, by dataset; Data Docs of all of them under ``docs``.

    A dataset without a suite is still checked for its number of rows: no rows are never a silent pass,
    unless the tenant's source says ``min_rows: 0``.
    """
    engine = Engine()
    checks = {
        name: _validate_dataset(
            engine,
            frame,
            suites.get(name, Suite(id=name)),
            datasets[name],
            tenant=tenant.id,
            min_rows=_least_rows(tenant, name),
        )
        for name, frame in frames.items()
    }
    if docs is not None:
        write_docs(engine.results, docs, title=f"Checks of {tenant.title}")
    return checks


def validate_figures(
    figures: Iterable[Mapping[str, Any]], suite: Suite, *, tenant: str | None, docs: Path | None = None
) -> tuple[Check, ...]:
    """The checks of a tenant's (or, ``tenant`` None, a scope's) figures: bounds and identities.

    ``figures`` are figures as plain dicts, money in major units. What looks at a metric without a value is
    left out: there is nothing to check, and why it is missing is said elsewhere.
    """
    wide = wide_figures(figures)
    subject = _Subject(KPIS, KPIS, tenant, wide.frame, money=wide.money)
    there = set(wide.frame.columns)
    wanted = [one for one in suite.expectations if there.issuperset(one.columns)]
    checks = _validate(subject, wanted)
    for name, derived in suite.derived.items():
        if there.issuperset(derived.needs):
            checks += _validate_derived(subject, name, derived)
    if docs is not None:
        write_docs(subject.engine.results, docs, title=f"Figures of {tenant or 'the portfolio'}")
    return checks


def quarantine_checks(manifest: Manifest) -> tuple[Check, ...]:
    """What reading a source set aside, as checks; none for a dataset that is missing altogether."""
    if manifest.missing is not None:
        return ()
    read = f"{manifest.rows_read} rows read"
    rows = [
        _read_check(
            manifest,
            f"Rows set aside: {part.reason}",
            failed=True,
            observed=f"{part.rows} of {read}",
            part=part,
        )
        for part in manifest.quarantined
    ]
    files = [
        _read_check(manifest, "File left out", failed=True, observed=part.reason, part=part)
        for part in manifest.broken_files
    ]
    return (
        *(rows or [_read_check(manifest, "Every row can be read", failed=False, observed=read)]),
        *(files or [_read_check(manifest, "Every file can be read", failed=False)]),
    )


def _read_check(
    manifest: Manifest, title: str, *, failed: bool, observed: str = "", part: Quarantined | None = None
) -> Check:
    return Check(
        subject=manifest.dataset,
        tenant=manifest.tenant,
        title=title,
        outcome="fail" if failed else "pass",
        on_fail="banner",
        observed=observed,
        rows=part.rows if part else 0,
        keys=part.keys if part else (),
    )


# --- one frame ---------------------------------------------------------------------------------------


def _least_rows(tenant: Tenant, dataset: str) -> int:
    """How many rows the dataset's source promises; a survey may well find nothing."""
    source = tenant.datasets.get(dataset)
    return 0 if source is None else source.min_rows


def _validate_dataset(
    engine: Engine, frame: pd.DataFrame, suite: Suite, dataset: Dataset, *, tenant: str, min_rows: int
) -> tuple[Check, ...]:
    money = frozenset(name for name, column in dataset.columns.items() if column.type == "money")
    subject = _Subject(dataset.id, dataset.id, tenant, frame, dataset.key, money, engine)
    enough = Expectation(
        title=f"At least {min_rows} row{'' if min_rows == 1 else 's'}",
        type="expect_table_row_count_to_be_between",
        kwargs={"min_value": min_rows},
    )
    checks = _validate(subject, [enough, *suite.expectations])
    for name, derived in suite.derived.items():
        checks += _validate_derived(subject, name, derived)
    return checks


def _validate_derived(subject: _Subject, name: str, derived: Derived) -> tuple[Check, ...]:
    try:
        frame = derived_frame(subject.table, subject.frame, derived.sql)
    except duckdb.Error as error:
        why = f"could not be evaluated: {str(error).splitlines()[0]}"
        return tuple(_check(subject, one, Outcome(success=False, error=why)) for one in derived.expectations)
    full_name = f"{subject.name}_{name}"
    small = _Subject(full_name, subject.table, subject.tenant, frame, derived.key, engine=subject.engine)
    return _validate(small, derived.expectations)


def _validate(subject: _Subject, expectations: Sequence[Expectation]) -> tuple[Check, ...]:
    if not expectations:
        return ()
    frame = plain_frame(subject.frame)
    naming = [*subject.key, *(["currency"] if subject.money else [])]
    outcomes = subject.engine.validate(
        subject.name, frame, expectations, [name for name in naming if name in frame.columns]
    )
    return tuple(_check(subject, one, outcome) for one, outcome in zip(expectations, outcomes, strict=True))


def _check(subject: _Subject, expectation: Expectation, outcome: Outcome) -> Check:
    result: Literal["pass", "fail", "error"] = "pass" if outcome.success else "fail"
    return Check(
        subject=subject.table,
        tenant=subject.tenant,
        title=expectation.title,
        outcome="error" if outcome.error else result,
        on_fail=expectation.on_fail,
        observed=outcome.error or _observed(subject, expectation, outcome),
        rows=outcome.rows,
        keys=tuple(dict.fromkeys(_key(subject, row) for row in outcome.failing)) if subject.key else (),
    )


def _key(subject: _Subject, row: Mapping[str, Any]) -> str:
    return "/".join(str(row[name]) for name in subject.key)


def _observed(subject: _Subject, expectation: Expectation, outcome: Outcome) -> str:
    """What was seen: how many rows and the first of their values, or the one value of a whole column."""
    whole = expectation.type == "expect_table_row_count_to_be_between"
    if subject.frame.empty and not whole:
        return "no rows"
    if outcome.observed is not None:
        return f"{outcome.observed} rows" if whole else str(outcome.observed)
    if outcome.success and not outcome.rows:
        seen = [column for column in expectation.columns if column in subject.frame.columns]
        empty = any(subject.frame[column].isna().all() for column in seen)
        return "no value in any row" if empty else ""
    words = "" if subject.table == KPIS else f"{outcome.rows} of {outcome.of} rows"
    values = [_value(subject, column, row) for row in outcome.failing[:1] for column in expectation.columns]
    found = f"found {', '.join(values)}" if values else ""
    return "; ".join(part for part in (words, found) if part)


def _value(subject: _Subject, column: str, row: Mapping[str, Any]) -> str:
    """A failing value for people: money in major units with its currency, never an address."""
    value = row.get(column)
    if column in subject.money and row.get("currency") and not pd.isna(value):
        return f"{to_major(int(value), row['currency'])} {row['currency']}"
    text = str(value)
    if "@" in text:
        return f"a text of {len(text)} characters with an @"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
