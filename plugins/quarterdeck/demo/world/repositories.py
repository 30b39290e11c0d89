"""Two git repositories: the booking site of queenofsandiego, and the site of a client of dangerouscentaur.

They have what an audit has to find: a payment key in code and secrets in a plain environment file (two
security gaps); a deployment long ago, open handoff notes, a file that does not parse and code without tests
(the four shortfalls of delivery). The same anchor day gives the same commits, to the byte.

The secrets are made up and open nothing; they are put together at run time: no scanner finds one here.
"""

from __future__ import annotations

import json
import random
import shutil
import string
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "repositories/harbor"  # below QUARTERDECK_HOME
DEPLOYED_DAYS_AGO = 47
NAMES = ("booking-site", "bakery-site")
_MARKER = "world.json"
_AUTHORS = {
    "one": ("Dev One", "dev1@queenofsandiego.example"),
    "two": ("Dev Two", "dev2@dangerouscentaur.example"),
}


@dataclass
class _Commit:
    days_ago: int
    author: str
    message: str
    files: dict[str, str] = field(default_factory=dict)


def place_repositories(anchor: date, folder: Path) -> bool:
    """Make the repositories of that anchor day below ``folder``; False where they are there already."""
    marker = {"anchor": anchor.isoformat(), "names": list(NAMES)}
    if (folder / _MARKER).exists() and json.loads((folder / _MARKER).read_text()) == marker:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARKER).unlink(missing_ok=True)
    for name, commits in zip(NAMES, (_booking_site(anchor), _bakery_site()), strict=True):
        shutil.rmtree(folder / name, ignore_errors=True)
        _write(folder / name, commits, anchor)
    (folder / _MARKER).write_text(json.dumps(marker))
    return True


def _write(path: Path, commits: list[_Commit], anchor: date) -> None:
    """The commits in order, each on the one before, and the newest version as the work tree."""
    import pygit2

    path.mkdir(parents=True)
    repository = pygit2.init_repository(str(path), initial_head="main")
    parents: list[pygit2.Oid] = []
    for commit in commits:
        for name, text in commit.files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_text(text)
            repository.index.add(name)
        repository.index.write()
        at = datetime.combine(anchor - timedelta(days=commit.days_ago), time(18), tzinfo=UTC)
        who = pygit2.Signature(*_AUTHORS[commit.author], int(at.timestamp()), 0)
        tree = repository.index.write_tree()
        parents = [repository.create_commit("refs/heads/main", who, who, commit.message, tree, parents)]
    repository.free()


# --- what is in them ---------------------------------------------------------------------------------


def _made_up(topic: str, length: int) -> str:
    """Letters and digits that look like a secret, the same every time."""
    chosen = random.Random(f"not a secret: {topic}")
    return "".join(chosen.choices(string.ascii_letters + string.digits, k=length))


def _payments() -> str:
    key = "_".join(("sk", "live", _made_up("payments", 24)))
    return f'''"""Deposits by card."""

import urllib.request

PAYMENT_KEY = "{key}"


def charge(cents: int, card: str) -> bytes:
    """Take a deposit."""
    request = urllib.request.Request(
        "https://payments.example/v1/charges",
        data=f"amount={{cents}}&source={{card}}".encode(),
        headers={{"X-Api-Version": "1"}},
    )
    request.add_header("Key", PAYMENT_KEY)
    with urllib.request.urlopen(request) as answer:
        return answer.read()
'''


_PAGE = "<!doctype html>\n<title>Book the Queen</title>\n"
_BOOKING = '''"""What guests book."""


def deposit(price: int, share: float = 1 / 3) -> int:
    """The deposit in cents, rounded to whole dollars."""
    return round(price * share / 100) * 100


def is_open(day: str, booked: set[str]) -> bool:
    """Whether nobody has the boat that day."""
    return day not in booked
'''
_BOOKING_TESTS = """from booking import deposit, is_open


def test_deposit() -> None:
    assert deposit(150000) == 50000


def test_is_open() -> None:
    assert is_open("2026-05-01", {"2026-05-02"})
"""
_OPEN_NOTES = {
    "docs/handoffs/calendar-sync.md": """# Calendar sync

## Open

- [ ] Move the token of the calendar out of the script
- [ ] Ask the captain which calendar leads
- [x] Read the events of the next 90 days
""",
    "docs/handoffs/gift-cards.md": """---
status: in progress
---

# Gift cards

The form is there, the mail with the code is not.
""",
    "docs/handoffs/new-photos.md": """---
status: done
---

# New photos

All are on the site.
""",
}


def _booking_site(anchor: date) -> list[_Commit]:
    environment = (
        "SITE_NAME=queenofsandiego\n"
        f"DATABASE_PASSWORD={_made_up('database', 20)}\n"
        f"MAIL_API_TOKEN={_made_up('mail', 32)}\n"
    )
    return [
        _Commit(
            400, "one", "Bookings by hand",
            {"README.md": "# Booking site\n\nTakes enquiries and deposits.\n", "booking.py": _BOOKING},
        ),
        _Commit(310, "one", "Deposits by card", {"payments.py": _payments(), ".env": environment}),
        _Commit(200, "two", "Tests of what a deposit is", {"tests/test_booking.py": _BOOKING_TESTS}),
        _Commit(
            DEPLOYED_DAYS_AGO, "one", "Release 1.8",
            {"index.html": _PAGE, "deployments.log": _log(anchor)},
        ),
        _Commit(12, "one", "Notes for whoever goes on", _OPEN_NOTES),
    ]  # fmt: skip


def _log(anchor: date) -> str:
    """The last deployment that reached the guests was that of version 1.8; 1.9 was taken back."""

    def line(days_ago: int, environment: str, version: str, outcome: str) -> str:
        at = datetime.combine(anchor - timedelta(days=days_ago), time(20), tzinfo=UTC)
        return f"{at:%Y-%m-%dT%H:%M:%SZ} {environment} {version} {outcome}\n"

    return (
        line(200, "production", "1.7", "succeeded")
        + line(DEPLOYED_DAYS_AGO + 1, "staging", "1.8", "succeeded")
        + line(DEPLOYED_DAYS_AGO, "production", "1.8", "succeeded")
        + line(DEPLOYED_DAYS_AGO - 1, "production", "1.9", "rolled back")
    )


_MENU = """// The day's bread, shown on the front page.
export function bread(day) {
  const sorts = ["rye", "spelt", "sourdough"];
  return sorts[day % sorts.length];
}
"""
_ORDERS = """// Orders for Saturday: half written when the client left.
export function order(loaves, name) {
  if (loaves < 1 {
    return null;
  }
  return { loaves, name };
}
"""


def _bakery_site() -> list[_Commit]:
    """The bakery cancelled 40 days ago; commits go on."""
    return [
        _Commit(420, "two", "The bakery's pages", {"index.html": "<!doctype html>\n<title>Bakery</title>\n"}),
        _Commit(330, "two", "Today's bread", {"menu.js": _MENU}),
        _Commit(31, "two", "Orders for Saturday, not finished", {"orders.js": _ORDERS}),
        _Commit(9, "two", "A new picture", {"style.css": "body { background: wheat; }\n"}),
    ]
