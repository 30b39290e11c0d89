"""# Dispatch

Every ten minutes, for each portfolio: what the delivery ledger has that may go out now.

* What was **deferred** because the quota was spent or sending was stopped, the earliest due first, as soon as
  the account's rolling 24 hours have room. An edition that is too old by then is *expired*, one after which a
  newer went out is *superseded*: neither is sent.
* What a **dead worker** left: planned or claimed, its lease over. A request that was under way is never taken
  over: after a quarter of an hour without an answer it is *unknown*.
* What a person **approved** or asked to be sent **again**.

The task of a portfolio **fails when something could not go or is unknown**, once a day for each such
delivery: its log says which and what to do. `quarterdeck ledger show PORTFOLIO` lists what waits,
`quarterdeck ledger settle` says what became of an unknown one, `quarterdeck ledger pause` and `resume` stop
and go on.
"""

from __future__ import annotations

import os

from quarterdeck.on_airflow.dispatch_dag import build_dispatch
from quarterdeck.settings.places import Places

dag = build_dispatch(sorted(Places.from_environment(os.environ).portfolio_folders()), manual=__doc__)
