"""The chain of archived editions: what is changed, lost, swapped or added is found, and where."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from quarterdeck.lake.chain import Chain, Link, hash_of
from quarterdeck.lake.documents import content_hash, from_bytes, to_bytes
from quarterdeck.lake.editions import EditionArchive
from quarterdeck.lake.store import LocalStore
from quarterdeck.lake.verification import archived_reports, walk

if TYPE_CHECKING:
    from pathlib import Path

DAYS = ("2026-03-29", "2026-03-30", "2026-03-31")


def files(figure: int, previous: dict | None = None) -> dict[str, bytes]:
    payload = {"cash": figure, "edition": {"previous": previous}}
    return {
        "payload.json": to_bytes(payload),
        "report.html": b"<p>%d</p>" % figure,
        "charts/c.png": b"png %d" % figure,
    }


def keep(archive: EditionArchive, day: str, figure: int, previous: tuple | None = None):
    named = None if previous is None else {"as_of": previous[0], "payload_hash": previous[1]}
    archive.freeze_inputs(day, "cfo", {"previous": named})
    return archive.archive(day, "cfo", files(figure, named))


def fill(root: Path) -> LocalStore:
    """Three days, each with a mail, and a revision of the second."""
    store = LocalStore(root)
    archive = EditionArchive(store)
    before = None
    for figure, day in enumerate(DAYS, start=1):
        edition = keep(archive, day, figure, before)
        archive.store_message(day, "cfo", f"d{figure}-claim", b"To: someone\r\n\r\n%d" % figure)
        before = (day, edition.payload_hash)
    keep(archive, DAYS[1], 20)
    return store


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("chain") / "archive"
    fill(root)
    return root


@pytest.fixture
def store(filled, tmp_path) -> LocalStore:
    shutil.copytree(filled, tmp_path / "archive")
    return LocalStore(tmp_path / "archive")


def told(store: LocalStore) -> list[str]:
    return [str(fault) for fault in walk(store, "cfo").faults]


def path(store: LocalStore, pattern: str) -> Path:
    (found,) = store.root.glob(pattern)
    return found


def html(store: LocalStore, day: str, figure: int) -> Path:
    return next(
        p for p in store.root.glob(f"editions/{day}/cfo/*/report.html") if str(figure) in p.read_text()
    )


def test_each_link_names_the_one_before_in_the_order_of_archiving(store) -> None:
    chain = Chain(store, "cfo")
    links = [Link.from_bytes(chain.data(number)) for number in chain.numbers()]
    assert [(link.number, link.kind, link.as_of) for link in links] == [
        (1, "edition", DAYS[0]), (2, "message", DAYS[0]),
        (3, "edition", DAYS[1]), (4, "message", DAYS[1]),
        (5, "edition", DAYS[2]), (6, "message", DAYS[2]),
        (7, "edition", DAYS[1]),  # the revision: later, though of an earlier day
    ]  # fmt: skip
    assert links[0].previous is None
    assert [link.previous for link in links[1:]] == [hash_of(chain.data(n)) for n in range(1, 7)]
    assert {key.split("/")[-1] for key in links[0].objects} == {
        "payload.json", "report.html", "c.png", "edition.json", "inputs.json", f"{DAYS[0]}.json",
    }  # fmt: skip


def test_an_untouched_archive_is_whole(store) -> None:
    found = walk(store, "cfo")
    assert found.faults == ()
    assert (found.editions, found.messages, found.first, found.last) == (4, 3, DAYS[0], DAYS[2])
    assert found.head == hash_of(Chain(store, "cfo").data(7))
    assert archived_reports(store) == ["cfo"]


def test_a_backfilled_day_is_a_link_at_the_end_and_breaks_nothing(store) -> None:
    """The 30th names the 29th, also after a backfill of the days before: its payload is what was mailed."""
    backfilled = keep(EditionArchive(store), "2026-03-15", 15)
    assert told(store) == []
    link = Link.from_bytes(Chain(store, "cfo").data(8))
    assert (link.as_of, link.name) == ("2026-03-15", backfilled.payload_hash)
    assert walk(store, "cfo").first == "2026-03-15"
    shutil.rmtree(store.root / backfilled.key)
    assert any(f"edition of 2026-03-15, {backfilled.payload_hash} (link 8)" in fault for fault in told(store))


@pytest.mark.parametrize(
    "pattern",
    [
        f"editions/{DAYS[0]}/cfo/*/payload.json",
        f"editions/{DAYS[0]}/cfo/*/charts/c.png",
        f"editions/{DAYS[0]}/cfo/edition.json",
        f"editions/{DAYS[0]}/cfo/inputs.json",
        f"deliveries/{DAYS[0]}/cfo/d1-claim.eml",
        f"edition_days/cfo/{DAYS[0]}.json",
    ],
)
def test_one_changed_byte_and_one_lost_file(store, pattern) -> None:
    target = path(store, pattern)
    data = bytearray(target.read_bytes())
    expected = hash_of(bytes(data))
    data[len(data) // 2] ^= 1
    target.write_bytes(data)
    (fault,) = walk(store, "cfo").faults
    assert fault.subject.startswith(("edition of 2026-03-29, ", "message of 2026-03-29, d1-claim"))
    assert fault.where == target.relative_to(store.root).as_posix()
    assert fault.expected == f"sha256 {expected}"
    assert fault.found == f"{hash_of(bytes(data))}: it was changed"
    target.unlink()
    assert "found none: it was deleted" in told(store)[0]


def test_a_missing_edition(store) -> None:
    shutil.rmtree(store.root / "editions" / DAYS[0])
    faults = told(store)
    assert len(faults) == 6 - 1  # every file of it, each by its name; the index of days is still there
    assert all("edition of 2026-03-29" in fault and "it was deleted" in fault for fault in faults[:-1])


def test_two_editions_swapped(store) -> None:
    one, other = html(store, DAYS[0], 1), html(store, DAYS[2], 3)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    faults = told(store)
    assert len(faults) == 2
    assert "edition of 2026-03-29" in faults[0]
    assert "edition of 2026-03-31" in faults[1]


def test_a_deleted_link_and_an_edition_deleted_with_it(store) -> None:
    path(store, "chains/cfo/links/00000003.json").unlink()
    faults = told(store)
    assert "link 3: chains/cfo/links/00000003.json: expected a link of the chain, found none" in faults[0]
    assert any("which it names as the one before" in fault for fault in faults)
    shutil.rmtree(store.root / "editions" / DAYS[1])
    assert "link 3" in told(store)[0]


def test_links_deleted_from_the_end(store) -> None:
    for number in (6, 7):
        path(store, f"chains/cfo/links/0000000{number}.json").unlink()
    faults = told(store)
    assert "link 6: " in faults[0]
    assert "link 7: " in faults[1]
    keep(EditionArchive(store), "2026-04-01", 4)  # goes on after what was there, and hides nothing
    assert told(store)[:2] == faults[:2]


def test_two_links_swapped(store) -> None:
    one, other = (path(store, f"chains/cfo/links/0000000{n}.json") for n in (2, 4))
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    faults = told(store)
    assert "link 2: chains/cfo/links/00000002.json: expected link 2, found link 4" in faults[0]
    assert "expected link 4, found link 2" in faults[1]


def test_a_rewritten_link_breaks_the_one_after_it(store) -> None:
    target = path(store, "chains/cfo/links/00000003.json")
    page = html(store, DAYS[1], 2)
    page.write_bytes(b"<p>9</p>")  # the page, and the link with its new hash
    link = from_bytes(target.read_bytes())
    link["objects"][page.relative_to(store.root).as_posix()] = hash_of(b"<p>9</p>")
    target.write_bytes(to_bytes(link))
    (fault,) = told(store)
    assert f"edition of {DAYS[1]}" in fault
    assert "as link 4 names it" in fault
    link = path(store, "chains/cfo/links/00000007.json")
    link.write_bytes(link.read_bytes() + b" ")
    assert "as the head of the chain names it" in told(store)[1]
    link.write_bytes(b"{}")
    assert any("found something else: it was changed" in fault for fault in told(store))


def test_what_was_added_by_hand_is_in_no_link(store) -> None:
    key = f"deliveries/{DAYS[0]}/cfo/d9-claim.eml"
    store.create(key, b"To: nobody")
    prefix = path(store, f"editions/{DAYS[0]}/cfo/*/report.html").parent.relative_to(store.root).as_posix()
    store.create(f"{prefix}/report.pdf", b"%PDF-")
    store.create("editions/2026-03-01/cfo/edition.json", b"{}")
    faults = told(store)
    assert [fault.split(": ")[2] for fault in faults] == [
        "editions/2026-03-01/cfo/edition.json", f"{prefix}/report.pdf", key,
    ]  # fmt: skip
    assert all("expected a link that names it, found none" in fault for fault in faults)


def test_an_edition_whose_worker_died_before_the_link_is_linked_by_the_next_try(store) -> None:
    class Dying(LocalStore):
        def create(self, key: str, data: bytes) -> bool:
            if "/links/" in key:
                raise OSError("killed")
            return super().create(key, data)

    with pytest.raises(OSError, match="killed"):
        keep(EditionArchive(Dying(store.root)), "2026-04-01", 4)
    assert any("2026-04-01/cfo/edition.json: expected a link" in fault for fault in told(store))
    keep(EditionArchive(store), "2026-04-01", 4)
    assert told(store) == []


def test_a_worker_that_died_after_its_link_leaves_the_chain_whole(store) -> None:
    class Dying(LocalStore):
        def put(self, key: str, data: bytes) -> None:
            raise OSError("killed")

    with pytest.raises(OSError, match="killed"):
        keep(EditionArchive(Dying(store.root)), "2026-04-01", 4)
    keep(EditionArchive(store), "2026-04-01", 4)
    assert told(store) == []
    path(store, "chains/cfo/head.json").unlink()
    keep(EditionArchive(store), "2026-04-02", 5)
    assert told(store) == []


def test_many_at_once_make_one_chain(tmp_path) -> None:
    store = LocalStore(tmp_path / "archive")

    def one(number: int) -> None:
        archive = EditionArchive(store)
        day = f"2026-01-{number % 4 + 1:02d}"  # four workers race for each day's edition
        archive.archive(day, "cfo", files(number))
        archive.archive("2026-02-01", "cfo", files(99))  # and all for the same one

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(1, 17)))
    found = walk(store, "cfo")
    assert found.faults == ()
    assert found.editions == 17
    assert [e.revision for e in EditionArchive(store).revisions("2026-01-01", "cfo")] == [1, 2, 3, 4]
    chain = Chain(store, "cfo")
    numbers = chain.numbers()
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_payload_s_hash_is_that_of_its_folder(store) -> None:
    edition = EditionArchive(store).edition(DAYS[0], "cfo")
    assert edition is not None
    assert content_hash(store.get(edition.key + "payload.json")) == edition.payload_hash
