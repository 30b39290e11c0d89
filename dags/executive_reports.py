"""# Executive reports

One run is one day of one portfolio: its reports are composed from the day's data and mailed to each role.

* `plan` reads the configuration (every mistake is listed, with file and line), settles the as-of day and the
  mode, and lists the tenants and reports that are due.
* `tenant.snapshot` reads the tenant's sources, checks them and writes the day's snapshots. A day that has
  them reads no source, unless the form's *Read the sources again* is on.
* `tenant.measure` computes the tenant's figures and checks them.
* `conclude` finds what matters over the portfolio. A tenant that failed is replaced by its last good
  snapshot, or left out, and the reports say so.
* `report.compose` archives the report with its charts; the first one archived is *the* edition of the day.
* `report.deliver` mails it to each recipient, never the same one twice.
* `close` compares what was due with what became of it, and **fails when something due did not go out**.

## The day
The logical date is the as-of day, in the portfolio's time zone. A manual run without a logical date reports
on the day before it; `as_of` in the form asks for another day. A day that is not over is refused. Runs may
overlap: what is archived and mailed is settled by conditional writes, not by the order of runs.

## Modes
`auto` (the default) is the portfolio's own mode for scheduled runs, `preview` for manual runs and `archive`
for backfills. `preview` mails to the preview address alone, `send` to the recipients.

## When something fails
Only what time can heal (an unreachable or throttling service) is tried again by itself. Read the log of the
first red task: it says what was expected, what was found and what to do. Then clear that task with its
downstream tasks: a report that was mailed is not mailed again, and a message whose answer was lost is marked
`unknown` and waits for a person.
"""

from __future__ import annotations

import os

from airflow.sdk import get_parsing_context

from quarterdeck.on_airflow.portfolio_dag import build_dag, dag_id_of
from quarterdeck.settings.places import Places
from quarterdeck.settings.reading import read_head

PLACES = Places.from_environment(os.environ)
REPORTS = sorted(path.stem for path in PLACES.include.glob("reports/*.yaml"))

# Each task parses this file again for its own DAG: then the other portfolios are not even opened.
wanted = get_parsing_context().dag_id

for portfolio, folder in PLACES.portfolio_folders().items():
    if wanted in (None, dag_id_of(portfolio)):
        globals()[dag_id_of(portfolio)] = build_dag(
            read_head(portfolio, folder),
            manual=__doc__,
            reports=REPORTS,
            tenants=sorted(path.stem for path in folder.glob("tenants/*.yaml")),
        )
