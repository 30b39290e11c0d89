"""Headline figures of the last editions, worked out again from today's data for their own days.

A figure that moved beyond its tolerance is told once, with the rows that moved it. Everything that this
rests on is fixed: today's snapshots, the editions that were frozen, and the snapshots that those name.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from quarterdeck.metrics.definition import REFERENCE, SYSTEM_INPUTS
from quarterdeck.metrics.figures import measure
from quarterdeck.metrics.scope import open_scope
from quarterdeck.metrics.system import setting_text
from quarterdeck.reports.restatements import key_of, moved, restatement, told_since, tolerance_of
from quarterdeck.steps.changed_rows import ChangedRows
from quarterdeck.steps.freezing import archived_payload, frozen_inputs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from quarterdeck.lake.definition import TenantSnapshots
    from quarterdeck.metrics.catalogue import Catalogue
    from quarterdeck.metrics.definition import Grain
    from quarterdeck.metrics.scope import Scope
    from quarterdeck.reports.restatements import Key
    from quarterdeck.settings.definition import Report
    from quarterdeck.sources.differences import Difference
    from quarterdeck.steps.resources import Day

log = logging.getLogger(__name__)

_NOT_SET = "not set"
_ADDED = {"bookings": "late_booking", "stays": "late_booking", "general_ledger": "late_entry"}


def restatements_of(
    day: Day, report: Report, snapshots: Mapping[str, TenantSnapshots]
) -> list[dict[str, Any]]:
    """The entries of the payload's ``restatements``; ``snapshots`` are those of the tenants spoken of.

    What changed before a tenant's last edition was told by that one, where it had to be. So where nothing
    changed since, there is nothing to work out again.
    """
    named = frozen_inputs(day, report).get("earlier", [])
    if not named:
        return []
    payloads: list[dict[str, Any]] = []  # newest first
    while len(payloads) < len(named) and not _spoken_of(payloads) >= snapshots.keys():
        payloads.append(archived_payload(day, report, named[-1 - len(payloads)]))
    catalogue = day.resources.catalogue()
    work = _Restating(day, snapshots, catalogue, ChangedRows(day, catalogue, snapshots, payloads))
    if not any(work.causes(payload, line) for payload in payloads for line in work.lines(payload)):
        return []
    older = named[: len(named) - len(payloads)]
    found = work.run([*(archived_payload(day, report, edition) for edition in older), *reversed(payloads)])
    log.info("restating: report=%s editions=%d restated=%d", report.id, len(named), len(found))
    return found


def _spoken_of(payloads: list[dict[str, Any]]) -> set[str]:
    return {tenant["id"] for payload in payloads for tenant in payload["scope"]["tenants"]}


@dataclass(frozen=True)
class _Moved:
    """A headline figure of an edition that today's data give otherwise."""

    as_of: str
    line: dict[str, Any]
    now: dict[str, Any]
    told: Any
    tolerance: Decimal
    causes: list[dict[str, Any]]

    @property
    def alike(self) -> tuple[Any, ...]:
        """Editions of which one entry tells: those whose figure moved by the same."""
        was, value = self.line.get("value"), self.now.get("value")
        if was is None or value is None:
            by: Any = (was is None, value is None)
        elif self.line["unit"] == "day":
            by = (date.fromisoformat(value) - date.fromisoformat(was)).days
        else:
            by = value - was
        return (*key_of(self.line), by)


@dataclass
class _Restating:
    day: Day
    snapshots: Mapping[str, TenantSnapshots]
    catalogue: Catalogue
    changed: ChangedRows

    def lines(self, payload: dict[str, Any]) -> list[dict[str, Any]]:
        """Headline figures of an edition that can be worked out again.

        Not those about figures, snapshots or mail, nor of what a source only knows as it is now. One of the
        whole scope only while the scope has the same businesses.
        """
        then = {tenant["id"] for tenant in payload["scope"]["tenants"]}
        same_scope = then == set(self.snapshots)
        return [
            line
            for line in payload["kpis"]
            if line["headline"]
            and (line["tenant"] in self.snapshots if line["tenant"] else same_scope)
            and self._can_be_seen_again(line["id"])
        ]

    def _can_be_seen_again(self, metric_id: str) -> bool:
        metric = self.catalogue.metrics.get(metric_id)
        if metric is None or SYSTEM_INPUTS.intersection(metric.inputs):
            return False
        read = [self.catalogue.datasets[name] for name in metric.inputs if name not in REFERENCE]
        return any(dataset.timing == "events" for dataset in read)

    def run(self, payloads: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What moved in each edition (oldest first), told once for editions that moved by the same."""
        told = told_since(payloads)
        groups: dict[tuple[Any, ...], list[_Moved]] = defaultdict(list)
        with open_scope(
            self.snapshots,
            path_of=self.day.lake.local_path,
            config=self.day.config,
            tenants=list(self.snapshots),
            as_of=self.day.as_of,
            catalogue=self.catalogue,
        ) as scope:
            for payload in payloads:
                for found in self._moved(scope, payload, told):
                    groups[found.alike].append(found)
        return [_entry(group) for group in groups.values()]

    def _moved(
        self, scope: Scope, payload: dict[str, Any], told: Mapping[tuple[str, Key], dict[str, Any]]
    ) -> Iterator[_Moved]:
        """Only what is made of something that changed is worked out again."""
        suspects = [(line, why) for line in self.lines(payload) if (why := self.causes(payload, line))]
        as_of = payload["as_of"]
        today = self._measured(scope, date.fromisoformat(as_of), [line for line, _ in suspects])
        for line, causes in suspects:
            said = told.get((as_of, key_of(line)))
            base = line if said is None else said
            settings = self.day.config.portfolio.settings
            tolerance = tolerance_of(settings, line["id"], line["unit"], base.get("value"))
            now = today.get(key_of(line))
            if now is not None and moved(base, now, line["unit"], tolerance):
                yield _Moved(as_of, line, now, None if said is None else said["value"], tolerance, causes)

    def _measured(self, scope: Scope, as_of: date, lines: list[dict[str, Any]]) -> dict[Key, dict[str, Any]]:
        """The figures of these lines by today's snapshots, seen from the edition's day."""
        wanted: dict[str | None, set[str]] = defaultdict(set)
        for line in lines:
            wanted[line["tenant"]].add(line["id"])
        found: dict[Key, dict[str, Any]] = {}
        for tenant, metrics in wanted.items():
            then = scope.at(as_of)
            if tenant is not None:
                then = replace(then, tenants=tuple(t for t in then.tenants if t.id == tenant))
            grain: Grain = "scope" if tenant is None else "tenant"
            for figure in measure(then, self.catalogue, grain=grain, only=metrics):
                found[figure.metric, figure.tenant, figure.currency] = figure.as_json()
        return found

    def causes(self, payload: dict[str, Any], line: dict[str, Any]) -> list[dict[str, Any]]:
        """What the figure is made of and is another now: its definition, its settings, rows of its day."""
        metric = self.catalogue.metrics[line["id"]]
        found: list[dict[str, Any]] = []
        if line["lineage"]["query_hash"] not in {None, metric.query.hash}:
            found.append(_cause("definition"))
        found += self._settings_changed(line)
        needed = self.catalogue.relations.needed(self.catalogue.statements[metric.query.path])
        as_of = date.fromisoformat(payload["as_of"])
        for tenant in self.snapshots if line["tenant"] is None else [line["tenant"]]:
            for dataset in metric.inputs:
                columns = {name.partition(".")[2] for name in needed if name.startswith(f"{dataset}.")}
                found += [
                    _cause_of_rows(dataset, tenant, difference)
                    for difference in self.changed.since(tenant, dataset, as_of, columns)
                ]
        return found

    def _settings_changed(self, line: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The settings that the figure read otherwise; told once where all of its businesses agree."""
        portfolio = self.day.config.portfolio
        changed: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        told = [one for one in line["lineage"].get("settings", ()) if one["tenant"] in self.snapshots]
        for name, tenant, before in ((one["name"], one["tenant"], one["value"]) for one in told):
            value = portfolio.tenant(tenant).settings.get(name, portfolio.settings.get(name))
            now = None if value is None else setting_text(value)
            if now != before:
                changed[name, before or _NOT_SET, now or _NOT_SET].append(tenant)
        for (name, before, now), tenants in changed.items():
            whose = tenants[0] if len(tenants) == 1 else None
            yield _cause("setting", tenant=whose) | {"columns": [name], "keys": [before, now]}


def _entry(group: list[_Moved]) -> dict[str, Any]:
    latest = group[-1]
    editions = [
        {"as_of": one.as_of, "then": one.line.get("value"), "now": one.now.get("value")} for one in group
    ]
    return restatement(latest.line, editions, latest.told, latest.tolerance, latest.causes)


def _cause_of_rows(dataset: str, tenant: str, difference: Difference) -> dict[str, Any]:
    kind = difference.kind
    if kind == "added":
        kind = _ADDED.get(dataset, "late_row")
        if dataset == "payments":
            kind = "refund" if difference.negative == difference.rows else "late_payment"
    return _cause(kind, dataset, tenant, difference)


def _cause(
    kind: str,
    dataset: str | None = None,
    tenant: str | None = None,
    difference: Difference | None = None,
) -> dict[str, Any]:
    return {
        "dataset": dataset,
        "tenant": tenant,
        "kind": kind,
        "columns": list(difference.columns) if difference else [],
        "keys": list(difference.keys) if difference else [],
        "rows": difference.rows if difference else 0,
    }
