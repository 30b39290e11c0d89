"""The trigger form: what a person may ask of a run. ``plan`` checks every value against the config."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import Param

if TYPE_CHECKING:
    from collections.abc import Sequence

_MODES = {
    "auto": "auto: scheduled runs as the portfolio says, backfills archive, manual runs preview",
    "archive": "archive: compose and keep, mail nobody",
    "preview": "preview: mail to the portfolio's preview address only",
    "send": "send: mail to the recipients, with a blind copy to the oversight address",
}


def portfolio_params(*, reports: Sequence[str], tenants: Sequence[str]) -> dict[str, Param]:
    """The form's fields. ``reports`` and ``tenants`` are offered as choices; none chosen means all due."""
    return {
        "mode": Param(
            "auto",
            type="string",
            enum=list(_MODES),
            values_display=_MODES,
            title="Mode",
            description="What becomes of the reports.",
        ),
        "as_of": Param(
            None,
            type=["null", "string"],
            format="date",
            title="As of",
            description=(
                "The local day to report on. Empty: the day of the logical date, else the day before "
                "the run. A day that is not over is refused."
            ),
        ),
        "reports": _choice("Reports", "Empty: every report that is due on the day.", reports),
        "tenants": _choice("Tenants", "Empty: every tenant in the scope of those reports.", tenants),
        "refresh": Param(
            False,
            type="boolean",
            title="Read the sources again",
            description="Take a new revision of the day's snapshots, instead of using those there are.",
        ),
    }


def _choice(title: str, description: str, ids: Sequence[str]) -> Param:
    form: dict[str, Any] = {"examples": list(ids)} if ids else {}
    return Param(
        None, type=["null", "array"], items={"type": "string"}, title=title, description=description, **form
    )
