"""An object of 2 GB, read in the memory of a batch and the columns that are kept."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "quarterdeck" / "sources" / "big_stream.py"
BATCHES = 100  # MiB


@pytest.mark.campaign
@pytest.mark.parametrize("form", ["csv", "logs"])
def test_two_gigabytes_are_never_held_whole(form):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), form, "2000"], capture_output=True, text=True, timeout=900, check=True
    )
    took = json.loads(done.stdout)
    print(took)
    assert took["bytes"] > 1.99 * 10**9
    assert took["rows"] == took["expected_rows"]
    assert took["grown_mib"] < BATCHES + 2 * took["kept_mib"], took
