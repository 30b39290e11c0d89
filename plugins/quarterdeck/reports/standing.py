"""What a payload says of its own data: verdict, failed checks, what was set aside, where it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quarterdeck.lake.definition import Manifest, Quarantined
    from quarterdeck.quality.definition import Check
    from quarterdeck.reports.inputs import PayloadInputs


def data_quality(inputs: PayloadInputs) -> dict[str, Any]:
    """The verdict with every failed check (and its rows' keys), and what was read and not kept."""
    checks = inputs.verdict.checks
    failed = inputs.verdict.failed
    manifests = sorted(inputs.manifests, key=lambda m: (m.tenant, m.dataset))
    as_of = inputs.as_of.isoformat()
    return {
        "decision": inputs.verdict.decision,
        "checks": {"passed": len(checks) - len(failed), "failed": len(failed)},
        "failed": [_check(check) for check in failed],
        "quarantined": [_set_aside(m, part) for m in manifests for part in m.quarantined],
        "broken_files": [_set_aside(m, part) for m in manifests for part in m.broken_files],
        "rebuilt": [{"tenant": m.tenant, "dataset": m.dataset} for m in manifests if m.rebuilt],
        "stale": [
            {"tenant": t, "as_of": day}
            for t, day in sorted({(m.tenant, m.as_of) for m in manifests if m.as_of != as_of})
        ],
        "absent": [
            {"tenant": m.tenant, "dataset": m.dataset, "because": m.missing}
            for m in manifests
            if m.missing is not None
        ],
    }


def lineage(manifests: Sequence[Manifest]) -> list[dict[str, Any]]:
    """One line per snapshot: where its rows came from, how many there were, and how fresh they are.

    ``rows_rolled_back`` and ``as_read`` tell how a past day was rebuilt, ``rows_aggregated`` how many rows of
    a log the kept ones were made of, ``cut_off`` where the day's data ended, ``late`` what they were wanting.
    """
    return [
        {
            "tenant": m.tenant,
            "dataset": m.dataset,
            "as_of": m.as_of,
            "revision": m.revision,
            "source": m.source,
            "timing": m.timing,
            "rows_read": m.rows_read,
            "rows_kept": m.rows_kept,
            "rows_quarantined": m.rows_quarantined,
            "rows_after": m.rows_after,
            "hash": m.content_hash,
            "read_at": m.read_at,
            "rebuilt": m.rebuilt,
            "newest": m.newest,
            "missing": m.missing,
            "rows_rolled_back": m.rows_rolled_back,
            "rows_aggregated": m.rows_aggregated,
            "as_read": list(m.as_read),
            "cut_off": m.cut_off,
            "late": m.late,
        }
        for m in sorted(manifests, key=lambda m: (m.tenant, m.dataset))
    ]


def _check(check: Check) -> dict[str, Any]:
    return {
        "subject": check.subject,
        "tenant": check.tenant,
        "title": check.title,
        "outcome": check.outcome,
        "on_fail": check.on_fail,
        "observed": check.observed,
        "rows": check.rows,
        "keys": list(check.keys),
    }


def _set_aside(manifest: Manifest, part: Quarantined) -> dict[str, Any]:
    return {
        "tenant": manifest.tenant,
        "dataset": manifest.dataset,
        "reason": part.reason,
        "rows": part.rows,
        "keys": list(part.keys),
    }
