from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.errors import LakeError
from quarterdeck.lake.editions import Edition, EditionArchive
from quarterdeck.lake.store import LocalStore, MissingObjectError

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2026-03-31"


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "archive")


@pytest.fixture
def archive(store: LocalStore) -> EditionArchive:
    return EditionArchive(store)


def _files(figure: int) -> dict[str, bytes]:
    return {
        "payload.json": b'{"cash": %d}\n' % figure,
        "report.html": b"<p>%d</p>" % figure,
        "charts/c.png": b"png",
    }


def test_the_first_payload_is_the_edition_and_others_are_revisions(archive: EditionArchive) -> None:
    first = archive.archive(DAY, "cfo", _files(1))
    second = archive.archive(DAY, "cfo", _files(2))
    third = archive.archive(DAY, "cfo", _files(3))
    again = archive.archive(DAY, "cfo", _files(2))
    assert (first.revision, second.revision, third.revision) == (1, 2, 3)
    assert again == second
    assert archive.archive(DAY, "cfo", _files(1)) == first
    assert first.first
    assert not second.first
    assert archive.edition(DAY, "cfo") == first
    assert archive.revisions(DAY, "cfo") == (first, second, third)
    assert archive.by_hash(DAY, "cfo", third.payload_hash) == third
    assert archive.read(second, "report.html") == b"<p>2</p>"
    assert archive.read(first, "charts/c.png") == b"png"


def test_nothing_of_an_edition_is_rewritten(archive: EditionArchive) -> None:
    edition = archive.archive(DAY, "cfo", _files(1))
    archive.archive(DAY, "cfo", {**_files(1), "report.html": b"drawn anew"})
    assert archive.read(edition, "report.html") == b"<p>1</p>"


def test_a_lost_race_reads_the_winner_s_edition(store: LocalStore, archive: EditionArchive) -> None:
    class Slow(LocalStore):
        """Another worker archives between our files and our edition."""

        def create(self, key: str, data: bytes) -> bool:
            if key.endswith("edition.json"):
                archive.archive(DAY, "cfo", _files(1))
            return super().create(key, data)

    ours = EditionArchive(Slow(store.root)).archive(DAY, "cfo", _files(2))
    assert ours.revision == 2
    edition = archive.edition(DAY, "cfo")
    assert edition is not None
    assert archive.read(edition, "payload.json") == b'{"cash": 1}\n'


def test_inputs_are_frozen_once(archive: EditionArchive) -> None:
    assert archive.freeze_inputs(DAY, "cfo", {"previous": None}) == {"previous": None}
    assert archive.freeze_inputs(DAY, "cfo", {"previous": "abc"}) == {"previous": None}
    assert archive.freeze_inputs(DAY, "ceo", {"previous": "abc"}) == {"previous": "abc"}


def test_the_edition_before(archive: EditionArchive, store: LocalStore) -> None:
    assert archive.latest_before(DAY, "cfo") is None
    tenth = archive.archive("2026-03-10", "cfo", _files(1))
    archive.archive("2026-03-10", "cfo", _files(2))
    archive.archive("2026-03-30", "ceo", _files(3))
    archive.archive(DAY, "cfo", _files(4))
    store.create("edition_days/cfo/2026-03-20.json", b"{}")  # a worker that died before its edition
    assert archive.latest_before(DAY, "cfo") == tenth
    assert archive.latest_before("2026-03-10", "cfo") is None


def test_what_is_not_there(archive: EditionArchive) -> None:
    assert archive.edition(DAY, "cfo") is None
    assert archive.revisions(DAY, "cfo") == ()
    with pytest.raises(LakeError, match="expected payload abc of cfo"):
        archive.by_hash(DAY, "cfo", "abc")
    with pytest.raises(MissingObjectError):
        archive.read(Edition(DAY, "cfo", "abc", 1), "payload.json")
    with pytest.raises(LakeError, match=r"expected payload\.json among"):
        archive.archive(DAY, "cfo", {"report.html": b""})


def test_a_message_is_never_rewritten(archive: EditionArchive, store: LocalStore) -> None:
    key = archive.store_message(DAY, "cfo", "d-1", b"To: someone")
    assert archive.store_message(DAY, "cfo", "d-1", b"To: someone") == key
    with pytest.raises(LakeError, match="expected the same bytes for delivery d-1"):
        archive.store_message(DAY, "cfo", "d-1", b"To: another")
    assert store.get(key) == b"To: someone"


@pytest.mark.parametrize("delivery_id", ["cfo@x.example", "a/b", "..", ""])
def test_a_key_holds_no_address_and_no_path(archive: EditionArchive, delivery_id: str) -> None:
    with pytest.raises(LakeError, match="expected a delivery id"):
        archive.store_message(DAY, "cfo", delivery_id, b"")
