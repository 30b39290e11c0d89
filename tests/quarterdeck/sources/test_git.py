"""Git repositories: real ones, made with git, in every state that they are met in."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from quarterdeck.errors import SourceError
from quarterdeck.settings.surveys import Deployments, Repository
from quarterdeck.sources.git import Tree, open_repository, repository_records

if TYPE_CHECKING:
    from pathlib import Path

UNTIL = datetime(2026, 5, 2, tzinfo=UTC)


def git(folder: Path, *words: str, day: str = "2026-05-01", email: str = "author@example.com") -> str:
    told = {"NAME": "A. Author", "EMAIL": email, "DATE": f"{day}T12:00:00Z"}
    roles = ("AUTHOR", "COMMITTER")
    who = {f"GIT_{role}_{what}": value for role in roles for what, value in told.items()}
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **who}
    command = ["git", "-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main", *words]
    return subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True, text=True).stdout


def commit(folder: Path, files: dict[str, str], **how: str) -> str:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "x", **how)
    return git(folder, "rev-parse", "HEAD").strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Three commits: a.txt is one, two, three."""
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q")
    for day, text in (("2026-01-01", "one"), ("2026-04-01", "two"), ("2026-05-01", "three")):
        commit(folder, {"a.txt": text}, day=day)
    return folder


def opened(folder: Path, **fields: object) -> Tree:
    return open_repository(declared(folder, **fields), folder.parent)


def declared(folder: Path, **fields: object) -> Repository:
    return Repository.model_validate({"id": "r", "tenant": "t", "path": folder.name, **fields})


def row(folder: Path, until: datetime = UNTIL, **fields: object) -> dict[str, object]:
    records = repository_records(opened(folder, **fields), declared(folder, **fields), until=until).records
    return records["repositories"][0]


def test_the_files_on_disk_count_also_untracked_and_ignored_ones(repo: Path) -> None:
    commit(repo, {".gitignore": ".env\n"})
    (repo / ".env").write_text("plain")
    (repo / "a.txt").write_text("changed")
    found = {file.path: file.read() for file in opened(repo).files()}
    assert found == {".env": b"plain", ".gitignore": b".env\n", "a.txt": b"changed"}


def test_history_has_each_blob_once_without_those_that_are_present(repo: Path) -> None:
    commit(repo, {"b.txt": "two"})
    history = opened(repo).history(10)
    assert [(file.path, file.read()) for file in history.files] == [("b.txt", b"two"), ("a.txt", b"one")][1:]
    assert (history.commits, history.complete) == (4, True)
    assert opened(repo).history(1).files == ()


def test_what_is_deleted_on_disk_is_still_in_history(repo: Path) -> None:
    (repo / "a.txt").unlink()
    tree = opened(repo)
    assert list(tree.files()) == []
    first = tree.history(1).files[0]
    assert (first.read(), first.commit, first.present) == (
        b"three",
        git(repo, "rev-parse", "HEAD").strip(),
        False,
    )


def test_facts_are_as_of_the_day(repo: Path) -> None:
    first = git(repo, "rev-parse", "HEAD~1").strip()
    found = row(repo, datetime(2026, 4, 2, tzinfo=UTC))
    assert (found["head_commit"], found["commits"], found["authors"]) == (first, 2, 1)
    assert found["last_commit_at"] == datetime(2026, 4, 1, 12, tzinfo=UTC)
    assert row(repo, datetime(2025, 1, 1, tzinfo=UTC))["commits"] == 0


def test_authors_are_counted_by_address_in_90_days(repo: Path) -> None:
    commit(repo, {"b": "1"}, email="author@example.com".title())
    commit(repo, {"b": "2"}, email="other@example.com")
    commit(repo, {"b": "3"}, email="late@example.com", day="2026-05-03")
    facts = repository_records(opened(repo), declared(repo), until=UNTIL)
    assert facts.records["repositories"][0]["authors"] == 2
    assert "example.com" not in repr(facts)


def test_merge_commits_count_and_bring_what_no_parent_has(repo: Path) -> None:
    git(repo, "checkout", "-qb", "side")
    commit(repo, {"side.txt": "side"})
    git(repo, "checkout", "-q", "main")
    commit(repo, {"main.txt": "main"})
    git(repo, "merge", "-q", "--no-ff", "-m", "m", "side")
    assert row(repo)["commits"] == 6
    git(repo, "rm", "-q", "side.txt")
    git(repo, "commit", "-qm", "x")
    assert "side.txt" in [file.path for file in opened(repo).history(10).files]


def test_bare_and_packed(repo: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(repo), str(bare))
    git(bare, "gc", "-q")
    assert (bare / "packed-refs").exists()
    tree = opened(bare)
    assert [(f.path, f.read(), f.commit) for f in tree.files()] == [("a.txt", b"three", str(tree.head.id))]  # type: ignore[union-attr]
    assert (row(bare)["bare"], row(bare)["commits"], row(bare)["branch"]) == (True, 3, "main")


def test_shallow_ends_at_its_boundary(repo: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "2", f"file://{repo}", "shallow")
    history = opened(tmp_path / "shallow").history(10)
    assert (history.commits, history.complete) == (2, False)
    assert [file.read() for file in history.files] == [b"two"]
    found = row(tmp_path / "shallow")
    assert (found["shallow"], found["commits"], found["authors"]) == (True, None, None)


def test_submodules_are_counted_and_not_looked_into(repo: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", str(repo), "outer")
    git(tmp_path / "outer", "submodule", "add", "-q", str(repo), "inner")
    commit(tmp_path / "outer", {"b": "b"})
    assert [f.path for f in opened(tmp_path / "outer").files()] == [".gitmodules", "a.txt", "b"]
    assert row(tmp_path / "outer")["submodules"] == 1


def test_without_commits(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "empty")
    found = row(tmp_path / "empty")
    assert (found["commits"], found["head_commit"], found["last_commit_at"]) == (0, None, None)
    assert opened(tmp_path / "empty").history(5).commits == 0


def test_detached_head_and_another_branch(repo: Path) -> None:
    git(repo, "checkout", "-q", "--detach", "HEAD~1")
    assert (row(repo)["branch"], row(repo)["commits"]) == (None, 2)
    assert [f.read() for f in opened(repo, branch="main").files()] == [b"three"]


def test_a_path_without_a_repository_is_an_error(repo: Path) -> None:
    (repo / "sub").mkdir()
    (repo.parent / "plain").mkdir()
    with pytest.raises(SourceError, match="found no such folder; correct its path"):
        opened(repo.parent / "absent")
    for path in ("plain", "repo/sub"):  # a folder inside a repository is none
        with pytest.raises(SourceError, match="name the folder that has"):
            open_repository(declared(repo, path=path), repo.parent)


def test_a_branch_that_is_not_there_is_an_error(repo: Path) -> None:
    with pytest.raises(SourceError, match="expected the branch 'gone'"):
        opened(repo, branch="gone")
    git(repo, "symbolic-ref", "HEAD", "refs/heads/unborn")
    with pytest.raises(SourceError, match="declare `branch`"):
        opened(repo)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_another_users_repository_is_read_whole(repo: Path) -> None:
    for path in (repo, *repo.rglob("*")):
        os.chown(path, 12345, 12345)
    assert (len(list(opened(repo).files())), opened(repo).history(9).commits) == (1, 3)


def test_a_broken_setting_of_the_user_is_not_the_repositorys(repo: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[core\nbroken")
    script = (
        "from pathlib import Path; from quarterdeck.settings.surveys import Repository; "
        "from quarterdeck.sources.git import open_repository; "
        f"open_repository(Repository(id='r', tenant='t', path={str(repo)!r}), Path('/')); print('open')"
    )
    told = subprocess.run(  # the search path of settings is the process's own
        [sys.executable, "-c", script], env={**os.environ, "HOME": str(home)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (told.stdout, told.stderr) == ("open\n", "")


def test_a_lost_object_is_an_error_and_not_less_history(repo: Path) -> None:
    lost = git(repo, "rev-parse", "HEAD~1").strip()
    (repo / ".git/objects" / lost[:2] / lost[2:]).unlink()
    with pytest.raises(SourceError, match="git fsck"):
        opened(repo).history(9)
    with pytest.raises(SourceError, match="git fsck"):
        row(repo)


def test_a_damaged_blob_is_an_error(repo: Path) -> None:
    blob = git(repo, "rev-parse", "HEAD~1:a.txt").strip()
    path = repo / ".git/objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(b"garbage")
    with pytest.raises(SourceError, match="git fsck"):
        [file.read() for file in opened(repo).history(9).files]


def test_hostile_names_links_and_pipes(repo: Path) -> None:
    (repo / 'new\nline"quote').write_text("x")
    (repo / os.fsdecode(b"\xff")).write_text("y")
    (repo / "link").symlink_to("/etc/passwd")
    (repo / "folder").symlink_to("/etc")
    os.mkfifo(repo / "pipe")
    tree = opened(repo)
    assert {f.path: f.read() for f in tree.files()} == {
        "a.txt": b"three",
        'new\nline"quote': b"x",
        "\\xff": b"y",
    }
    assert tree.links == 2
    assert tree.on_disk.special == 1


def test_a_huge_file_is_only_measured(repo: Path) -> None:
    with (repo / "huge").open("wb") as file:
        file.truncate(200_000_000)
    begun = time.process_time()
    assert {f.path: f.size for f in opened(repo).files()}["huge"] == 200_000_000
    opened(repo).history(5)
    assert time.process_time() - begun < 0.5


def test_notes_and_log_of_a_repository(repo: Path) -> None:
    commit(repo, {"docs/handoffs/x.md": "# X\n\n## Open\n\n- [ ] a\n"}, day="2026-03-01")
    commit(repo, {"log": "2026-05-01T10:00:00+02:00 prod v1 ok\nnonsense\n"})
    log = Deployments(path="log")
    facts = repository_records(opened(repo), declared(repo, deployments=log), until=UNTIL)
    assert facts.records["handoffs"] == [
        {"repository": "r", "path": "docs/handoffs/x.md", "title": "X", "state": "open", "told_by": "tasks",
         "open_items": 1, "changed_at": datetime(2026, 3, 1, 12, tzinfo=UTC)}]  # fmt: skip
    assert len(facts.records["deployments"]) == 1
    assert sum(part.rows for part in facts.quarantined["deployments"]) == 1
    absent = declared(repo, deployments=Deployments(path="no"))
    facts = repository_records(opened(repo), absent, until=UNTIL)
    assert "deployments" not in facts.records
    assert "found no such file" in facts.problems[0]
    assert facts.records["repositories"][0]["has_deployment_log"] is False
