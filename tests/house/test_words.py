"""What may not stand in the repository: machine paths, registry hosts, real mail domains."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(rb"[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
ALLOWED = re.compile(rb"(^|\.)(example|example\.com|example\.org|example\.net|amazonses\.com|invalid)$")
# Words that look like an address and are none.
NOT_MAIL = {b"2x.png", b"1x.png"}


def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return [ROOT / name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]


def test_addresses_are_invented() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {match.group().decode()}"
        for path in tracked()
        if path.suffix not in {".png", ".txt"} or path.name == "requirements.txt"
        for match in ADDRESS.finditer(path.read_bytes())
        if not ALLOWED.search(match.group(1)) and match.group(1) not in NOT_MAIL
    }
    assert not found


def test_no_machine_path_and_no_registry() -> None:
    words = re.compile(rb"/" + rb"root/|/ho" + rb"me/[a-z]|file:///o" + rb"pt|--(extra-)?index-u" + rb"rl")
    found = {str(path.relative_to(ROOT)) for path in tracked() if words.search(path.read_bytes())}
    assert not found
