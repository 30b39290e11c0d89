"""A large object is read in the memory of a batch and the columns that are kept."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("big_stream.py")
BATCHES = 100  # MiB: a batch as text, as Python's objects and as Arrow, several times over


@pytest.mark.parametrize("form", ["csv", "logs"])
def test_a_large_object_is_never_held_whole(form):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), form, "160"], capture_output=True, text=True, timeout=120, check=True
    )
    took = json.loads(done.stdout)
    assert took["bytes"] > 150 * 10**6
    assert took["rows"] == took["expected_rows"]
    assert took["grown_mib"] < BATCHES + took["kept_mib"], took
