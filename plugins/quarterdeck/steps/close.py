"""Task ``close``: what was due against what became of it; fails loudly where something is wanting."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from quarterdeck.delivery.states import NO_LONGER_DUE, SENT
from quarterdeck.errors import DeliveryError
from quarterdeck.steps.mail_record import record_mail

if TYPE_CHECKING:
    from quarterdeck.steps.resources import Day, Resources, RunRef

log = logging.getLogger(__name__)

# What each recipient's state has to be for the day to be done: SES has it, or by rule nobody waits for it.
_DONE = frozenset(str(state) for state in SENT | NO_LONGER_DUE)


def close(run: RunRef, resources: Resources) -> dict[str, Any]:
    """Compare the plan with the record of every tenant, survey and report; answers the day's table.

    Raises DeliveryError naming every report that was due and did not go out, and whatever failed, never an
    address.
    """
    day = resources.open(run)
    plan = day.plan
    rows = [_row(day, report, plan["mode"]) for report in plan["reports"]]
    lost = [tenant for tenant in plan["tenants"] if day.record.get(f"tenant/{tenant}") is None]
    unseen = [survey for survey in plan["surveys"] if day.record.get(f"survey/{survey}") is None]
    outcome = {
        "mode": plan["mode"],
        "due": len(rows),
        "reports": rows,
        "tenants_failed": lost,
        "surveys_failed": unseen,
    }
    day.record.put("close", outcome)
    record_mail(day)
    for row in rows:
        log.info("close: report=%s state=%s recipients=%s", row["report"], row["state"], row["recipients"])
    wanting = [f"{row['report']}: {row['state']}" for row in rows if not row["done"]]
    wanting += [f"tenant {tenant}: its tasks failed, see their logs" for tenant in lost]
    wanting += [f"survey {survey}: its task failed, see its log" for survey in unseen]
    if wanting:
        raise DeliveryError(
            f"{run.portfolio} {run.as_of} ({plan['mode']}): expected {len(rows)} reports, wanting: "
            + "; ".join(wanting)
        )
    log.info(
        "close: portfolio=%s as_of=%s mode=%s due=%d all done",
        run.portfolio,
        run.as_of,
        plan["mode"],
        len(rows),
    )
    return outcome


def _row(day: Day, report: str, mode: str) -> dict[str, Any]:
    record = day.record.get(f"report/{report}")
    if record is None:
        return {
            "report": report,
            "state": "not composed, see the log of compose",
            "recipients": {},
            "done": False,
        }
    deliveries = (day.record.get(f"delivery/{report}") or {}).get("deliveries", [])
    counts: dict[str, int] = {}
    for delivery in deliveries:
        counts[delivery["state"]] = counts.get(delivery["state"], 0) + 1
    if record["state"] == "held":
        state, done = "held: " + "; ".join(record["because"]), False
    elif mode == "archive":
        state, done = "archived", True
    else:
        done = bool(deliveries) and all(delivery["state"] in _DONE for delivery in deliveries)
        told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
        state = told or "not delivered"
    return {
        "report": report,
        "state": state,
        "recipients": counts,
        "decision": record["decision"],
        "done": done,
    }
