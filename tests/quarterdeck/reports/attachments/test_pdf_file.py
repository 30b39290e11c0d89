from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from quarterdeck.errors import QuarterdeckError
from quarterdeck.lake.documents import to_bytes
from quarterdeck.mail.readable import texts_of
from quarterdeck.reports.attachments.pdf_columns import broken, fitted
from quarterdeck.reports.attachments.pdf_file import pdf_bytes, usual_paper
from quarterdeck.reports.grid import cell, column, grid_of


def white_picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(buffer, "PNG")
    return buffer.getvalue()


PNG = white_picture()  # how charts are drawn is none of this file's business


@pytest.fixture
def make(templates):
    def made(payload, paper: str = "a4") -> bytes:
        charts = {chart["id"]: PNG for chart in payload["charts"]}
        return pdf_bytes(payload, templates=templates, locale="en_US", charts=charts, paper=paper)

    return made


def text_of(data: bytes) -> str:
    """Each page as it is read, its words joined again that were broken at a line's end."""
    pages: dict[str, str] = {}
    for where, text in texts_of("pdf", data):
        if ": page " in where:
            pages.setdefault(where, text)
    return " ".join(" ".join(pages.values()).replace("\u200b", "").split())


def unbroken(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_whole_edition_with_all_rows(make, payload) -> None:
    section = next(each for each in payload["sections"] if each["id"] == "cash_accounts")
    row = section["data"]["rows"][0]
    section["data"] |= {"rows": [row | {"name": f"Account {n:03}"} for n in range(120)], "first": 3}
    data = make(payload)
    text = text_of(data)
    assert data.startswith(b"%PDF-")
    assert b"pdfuaid" in data  # PDF/UA-1
    assert [f"Account {n:03}" in text for n in range(120)] == [True] * 120
    finding = payload["findings"][0]
    said = (*payload["summary"], finding["description"], finding["impact"], "Scenarios", "About the data")
    assert [each for each in said if each not in text] == []
    assert text.count("Looked for and not found:") == 1
    assert "the table scenarios was not computed for this day" in text


def test_hostile_names_are_shown_as_they_are(make, hostile, hostile_names) -> None:
    text = unbroken(text_of(make(hostile)))
    plain = [n for n in hostile_names if not set(n) & set("\t\r\n\0\u202e\u200f中文\N{PARTY POPPER}＝")]  # noqa: RUF001
    assert len(plain) == 13
    assert [name for name in plain if unbroken(name) not in text] == []
    assert "party[U+1F389]" in text  # no font has these: their numbers, and not an empty box
    assert "[U+4E2D][U+6587]" in text
    assert "[U+FF1D]1+1" in text
    assert "abcfdp.exe" in text
    assert "atabfirst" in text
    assert "X-Header:injected" in text


def test_same_payload_same_bytes_in_another_process_and_zone(make, payload, templates, tmp_path) -> None:
    data = make(payload)
    (tmp_path / "payload.json").write_bytes(to_bytes(payload))
    (tmp_path / "chart.png").write_bytes(PNG)
    program = (
        "import sys, hashlib, pathlib\n"
        "from quarterdeck.lake.documents import from_bytes\n"
        "from quarterdeck.reports.attachments.pdf_file import pdf_bytes\n"
        "folder, templates = map(pathlib.Path, sys.argv[1:])\n"
        "payload = from_bytes((folder / 'payload.json').read_bytes())\n"
        "charts = {c['id']: (folder / 'chart.png').read_bytes() for c in payload['charts']}\n"
        "made = pdf_bytes(payload, templates=templates, locale='en_US', charts=charts, paper='a4')\n"
        "print(hashlib.sha256(made).hexdigest())\n"
    )
    environ = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), str(templates)],
        env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == hashlib.sha256(data).hexdigest()
    assert b"2026-11-24T00:00:00" in data
    assert data != make(payload, "us-letter")


def test_broken_template_is_named(make, payload, templates, tmp_path) -> None:
    shutil.copytree(templates / "words", tmp_path / "words")
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "report.typ").write_text("#let x = [\n")
    charts = {chart["id"]: PNG for chart in payload["charts"]}
    with pytest.raises(QuarterdeckError, match=r"cfo: the PDF can't be set by templates/pdf/report\.typ: "):
        pdf_bytes(payload, templates=tmp_path, locale="en_US", charts=charts, paper="a4")


def test_template_reads_no_file_of_the_machine(payload, templates, tmp_path) -> None:
    shutil.copytree(templates / "words", tmp_path / "words")
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "report.typ").write_text(f'#read("{Path(__file__)}")')
    charts = {chart["id"]: PNG for chart in payload["charts"]}
    with pytest.raises(QuarterdeckError, match="report\\.typ"):
        pdf_bytes(payload, templates=tmp_path, locale="en_US", charts=charts, paper="a4")


def grid(columns: int, text: str):
    heads = [column(f"C{n}", right=n > 0) for n in range(columns)]
    return grid_of("G", heads, [[cell(text) for _ in range(columns)]])


def test_columns_that_do_not_fit_go_on_in_a_second_table_with_the_row_named() -> None:
    (narrow,) = fitted(grid(4, "$1,234.00"), "a4")
    assert narrow["size"] == 9
    (wide,) = fitted(grid(12, "$1,234.00"), "a4")
    assert wide["size"] < 9
    parts = list(fitted(grid(24, "$1,234,567.00"), "a4"))
    titles = [[c["title"] for c in part["columns"]] for part in parts]
    assert all(part[0] == "C0" for part in titles)
    assert ["C0", *(title for part in titles for title in part[1:])] == [f"C{n}" for n in range(24)]
    assert all(sum(c["width"] for c in part["columns"]) <= 494 for part in parts)


def test_long_words_may_be_broken() -> None:
    assert broken("a plain name") == "a plain name"
    assert broken("x" * 40 + " y").split("\u200b") == ["x" * 16, "x" * 16, "x" * 8 + " y"]


@pytest.mark.parametrize(
    ("locale", "paper"), [("en_US", "us-letter"), ("en_GB", "a4"), ("nl", "a4"), ("es_MX", "us-letter")]
)
def test_paper_is_what_the_locale_uses(locale, paper) -> None:
    assert usual_paper(locale) == paper
