"""``attachments`` of a report's YAML: typed, and each mistake in words with its line."""

from __future__ import annotations

import pytest

from quarterdeck.errors import ConfigError
from quarterdeck.settings.attachments import CsvFiles, PdfFile, XlsxFile
from quarterdeck.settings.crosschecks import check_report
from quarterdeck.settings.definition import Report
from quarterdeck.settings.yaml_files import as_model, load

REPORT = """\
title: T
role: cfo
due: "07:30"
kpis: []
sections:
  - {id: plan, kind: action_plan, title: Plan}
  - {id: cash, kind: table, title: Cash}
  - {id: why, kind: why_moved, title: Why}
attachments:
"""


def read(folder, text: str) -> Report:
    path = folder / "cfo.yaml"
    path.write_text(REPORT + text)
    return as_model(load(path), Report, extra={"id": "cfo"})


def mistakes(folder, text: str) -> list[str]:
    kinds = folder / "templates" / "sections"
    kinds.mkdir(parents=True)
    for kind in ("action_plan", "table", "why_moved"):
        (kinds / f"{kind}.html.j2").touch()
    try:
        report = read(folder, text)
    except ConfigError as error:
        return [f"{mistake.line}: {mistake.message}" for mistake in error.mistakes]
    found = check_report(report, load(folder / "cfo.yaml"), folder)
    return [f"{mistake.line}: {mistake.message}" for mistake in found]


def test_format_alone_or_with_settings(tmp_path) -> None:
    text = "  - xlsx\n  - {format: csv, tables: [kpis, cash], separator: ';'}\n"
    report = read(tmp_path, f"{text}  - {{format: pdf, paper: us-letter}}\n")
    assert report.attachments == (
        XlsxFile(),
        CsvFiles(tables=("kpis", "cash"), separator=";"),
        PdfFile(paper="us-letter"),
    )
    assert Report(**report.model_dump(mode="json")) == report  # as plan writes and later tasks read it


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  - xlsx\n  - {format: csv, tables: [cash]}\n", []),
        ("  - docx\n", ["10: expected a format (csv, xlsx, pdf) or keys and values, found 'docx'"]),
        (
            "  - {format: doc}\n",
            ["10: expected the key 'format' to be one of 'csv', 'xlsx', 'pdf', found keys and values"],
        ),
        ("  - {tables: [cash]}\n", ["10: expected the key 'format', found keys and values"]),
        ("  - {format: csv, sep: ;}\n", ["10: unknown key 'sep': known here: format, separator, tables"]),
        ("  - {format: pdf, paper: a5}\n", ["10: expected 'a4' or 'us-letter', found 'a5'"]),
        ("  - {format: csv, separator: '|'}\n", ["10: expected ',', ';' or '\\t', found '|'"]),
        ("  - csv\n  - pdf\n  - {format: csv}\n", ["12: the format csv is here twice: keep one"]),
        (
            "  - {format: xlsx, tables: [cahs]}\n",
            ["10: expected tables of this report (kpis, findings, recommendations, cash), found 'cahs'"],
        ),
        (
            "  - {format: xlsx, tables: [plan]}\n",
            [
                "10: expected a table, found the section 'plan' whose rows are in the table recommendations: "
                "name that"
            ],
        ),
        (
            "  - {format: xlsx, tables: [why]}\n",
            [
                "10: expected tables of this report (kpis, findings, recommendations, cash), "
                "found a section of kind why_moved, which has no table"
            ],
        ),
    ],
)  # fmt: skip
def test_mistakes_are_said_in_words(tmp_path, text, said) -> None:
    assert mistakes(tmp_path, text) == said


def test_section_may_not_take_the_name_of_a_table_of_all_reports(tmp_path) -> None:
    path = tmp_path / "cfo.yaml"
    path.write_text(REPORT.replace("id: cash", "id: kpis") + "  - csv\n")
    report = as_model(load(path), Report, extra={"id": "cfo"})
    said = [m.message for m in check_report(report, load(path), tmp_path) if "another id" in m.message]
    assert said == ["expected another id of this section: kpis is the name of a table that all reports have"]
