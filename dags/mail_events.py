"""# What became of each mail

SES tells what became of every mail through the portfolio's SQS queue (`mail_events` in `portfolio.yaml`; a
portfolio without it has no such DAG). Every five minutes the task receives what is there, writes it into the
delivery ledger, and deletes it then: what was not finished comes again, and changes nothing the second time.

* A delivery moves on to *delivered*, *delayed*, *bounced*, *complained*; an *unknown* one is settled.
* Who bounced for good or complained is not mailed again until a person lifts it; the next edition says so.
* A message that can't be used is kept in the lake under `mail_events/aside/`, with the reason.
* A message that fails again and again is SQS's dead letter: the log of each run counts them.

The task fails, when all is applied, where a mail went out twice, or went out although the ledger says that it
never left: look at the deliveries that it names. `docs/delivery.md` has the rest.
"""

from __future__ import annotations

import os

from airflow.sdk import get_parsing_context

from quarterdeck.on_airflow.mail_events_dag import build_events_dag, events_dag_id_of
from quarterdeck.settings.places import Places
from quarterdeck.settings.reading import read_head

PLACES = Places.from_environment(os.environ)

# Each task parses this file again for its own DAG: then the other portfolios are not even opened.
wanted = get_parsing_context().dag_id

for portfolio, folder in PLACES.portfolio_folders().items():
    if wanted in (None, events_dag_id_of(portfolio)):
        head = read_head(portfolio, folder)
        if head.mail_events is not None:
            globals()[events_dag_id_of(portfolio)] = build_events_dag(head, manual=__doc__)
