"""Recall and false alarms of secret detection on public fixtures that lie on this machine.

``python benchmarks/secret_recall.py --leaky-repo PATH --credsweeper PATH``: clones of Plazmaz/leaky-repo and
Samsung/CredSweeper. No network; nothing of theirs is written but counts.

leaky-repo is counted as its own benchmark does: per file, distinct lines reported against the lines that its
secrets.csv states; more than stated are false alarms. CredSweeper's samples: a line of its own expected
output is found if the same line of the same file is reported.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "plugins"))

from quarterdeck.audit.decoding import text_of
from quarterdeck.audit.languages import language_of
from quarterdeck.audit.secrets import find_secrets

Lines = set[tuple[str, int]]
RESULTS = Path(__file__).parent / "results" / "secrets.json"
# Published by others, not measured here. For leaky-repo: gitleaks 127 lines of which 17 false, so 110 right;
# detect-secrets 41, of 175.
PUBLISHED = {"gitleaks (published)": 110, "detect-secrets (published)": 41}


def ours(root: Path, files: list[str]) -> Lines:
    """The lines that the project's own detection reports."""
    found: Lines = set()
    for name in files:
        text = text_of((root / name).read_bytes())
        if text is not None:
            found |= {(name, match.line) for match in find_secrets(text, language_of(name, text), name)}
    return found


def detect_secrets(root: Path, files: list[str]) -> Lines:
    """The lines that detect-secrets reports with its defaults, without its calls to providers."""
    command = [sys.executable, "-m", "detect_secrets", "scan", "--no-verify", *files]
    answer = subprocess.run(command, cwd=root, capture_output=True, check=True)
    results = json.loads(answer.stdout)["results"]
    return {(name, one["line_number"]) for name, all_of in results.items() for one in all_of}


def tracked(root: Path) -> list[str]:
    """The files of the work tree, git's own left out."""
    paths = (path.relative_to(root) for path in sorted(root.rglob("*")) if path.is_file())
    return [path.as_posix() for path in paths if path.parts[0] not in {".git", ".leaky-meta"}]


def leaky_repo(root: Path) -> list[dict[str, Any]]:
    """Lines found, and lines above what is stated for a file."""
    stated, risk = Counter[str](), Counter[str]()
    for row in csv.reader((root / ".leaky-meta" / "secrets.csv").read_text().splitlines()):
        if len(row) == 3 and not row[0].startswith("#"):
            risk[row[0]], stated[row[0]] = int(row[1]), int(row[1]) + int(row[2])
    files = [name for name in tracked(root) if name in stated]
    others = [name for name in tracked(root) if name not in stated]
    print(f"leaky-repo: {sum(stated.values())} stated ({sum(risk.values())} risks) in {len(files)} files")
    found, false, risks = {}, {}, {}
    for tool, scan in (("ours", ours), ("detect-secrets", detect_secrets)):
        per_file = Counter(name for name, _ in scan(root, files))
        found[tool] = sum(min(per_file[name], stated[name]) for name in stated)
        risks[tool] = sum(min(per_file[name], risk[name]) for name in stated)
        false[tool] = sum(max(0, per_file[name] - stated[name]) for name in stated) + len(scan(root, others))
    return [
        _result("leaky-repo: stated lines found (of 175)", found, None, "up", PUBLISHED),
        _result("leaky-repo: risks found, at most one per line", risks, None, "up"),
        _result("leaky-repo: lines above what is stated", false, None, "down", {"gitleaks (published)": 17}),
    ]


def credsweeper(root: Path) -> list[dict[str, Any]]:
    """Lines of CredSweeper's own output on its samples that are found, and lines beside them."""
    entries = json.loads((root / "tests" / "data" / "output.json").read_text())
    expected = {
        (line["path"].removeprefix("./"), line["line_num"])
        for entry in entries
        for line in entry["line_data_list"]
    }  # fmt: skip
    files = [name for name in tracked(root) if name.startswith("tests/samples/")]
    print(f"CredSweeper: {len(entries)} findings on {len(expected)} lines in {len(files)} files")
    found, beside = {}, {}
    for tool, scan in (("ours", ours), ("detect-secrets", detect_secrets)):
        lines = scan(root, files)
        found[tool], beside[tool] = len(lines & expected), len(lines - expected)
    return [
        _result(f"CredSweeper samples: expected lines found (of {len(expected)})", found, None, "up"),
        _result("CredSweeper samples: lines that it does not report", beside, None, "down"),
    ]


def _result(
    name: str, counts: dict[str, int], goal: int | None, better: str, published: dict[str, int] | None = None
) -> dict[str, Any]:
    mine, peer = counts["ours"], counts["detect-secrets"]
    peers = {"detect-secrets": peer, **(published or {})}
    ratio = round(mine / peer, 3) if peer else None
    print(f"  {name}: ours {mine}, {peers}")
    return {
        "name": name,
        "unit": "lines",
        "ours": mine,
        "peers": peers,
        "ratio": ratio,
        "goal": goal,
        "better": better,
    }


def main() -> None:
    """Count, print, write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaky-repo", type=Path, required=True)
    parser.add_argument("--credsweeper", type=Path, required=True)
    arguments = parser.parse_args()
    results = leaky_repo(arguments.leaky_repo) + credsweeper(arguments.credsweeper)
    versions = {"detect-secrets": version("detect-secrets"), "python": sys.version.split()[0]}
    RESULTS.parent.mkdir(exist_ok=True)
    content = {"machine": "counts, not times", "versions": versions, "results": results}
    RESULTS.write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    main()
