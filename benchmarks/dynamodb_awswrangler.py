"""awswrangler's rows per second on the recorded pages, printed: run by dynamodb_read.py."""

from __future__ import annotations

import statistics
import time

import awswrangler
import boto3
from boto3.dynamodb.conditions import Key

from recorded_pages import ITEMS, KEYS, ROUNDS, pages, play

if __name__ == "__main__":
    kept = list(pages(ITEMS))
    session = boto3.Session(**KEYS)
    play(session._session.get_component("event_emitter"), lambda: iter(kept))
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        frame = awswrangler.dynamodb.read_items(
            "world",
            key_condition_expression=Key("pk").eq("TENANT#jada") & Key("sk").begins_with("BOOKING#"),
            use_threads=False,
            boto3_session=session,
        )
        taken.append(time.perf_counter() - started)
        assert len(frame) == ITEMS, f"expected {ITEMS} rows, found {len(frame)}"
    print(ITEMS / statistics.median(taken))
