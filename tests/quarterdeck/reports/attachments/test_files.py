from __future__ import annotations

import pytest

from quarterdeck.reports.attachments.files import file_name, make_files, planned_files
from quarterdeck.reports.attachments.tables import tables_of
from quarterdeck.reports.enclosed import FOLDER, Enclosed, enclosed_lines, formats_with
from quarterdeck.reports.grid import Speaker
from quarterdeck.settings.attachments import CsvFiles, XlsxFile


def test_names_are_report_portfolio_day_and_table(payload, words) -> None:
    csv = CsvFiles(tables=("kpis", "cash_accounts"))
    planned = planned_files(payload, (csv, XlsxFile()), words)
    assert [(plan.name, plan.table_ids) for plan in planned[:2]] == [
        ("cfo-harbor-2026-11-24-kpis.csv", ("kpis",)),
        ("cfo-harbor-2026-11-24-cash_accounts.csv", ("cash_accounts",)),
    ]
    assert planned[2].name == "cfo-harbor-2026-11-24.xlsx"
    assert planned[2].table_ids == tuple(table.id for table in tables_of(payload, words))


@pytest.mark.parametrize(
    ("report", "name"),
    [
        ("../../etc/passwd", "etc_passwd-harbor-2026-11-24.xlsx"),
        ('a\r\nb"; x=\0y', "a_b_x_y-harbor-2026-11-24.xlsx"),
        ("Ωμέγα \N{RIGHT-TO-LEFT OVERRIDE}", "x-harbor-2026-11-24.xlsx"),
        ("-rf", "rf-harbor-2026-11-24.xlsx"),
        ("x" * 300, "x" * 64 + "-harbor-2026-11-24.xlsx"),
    ],
)
def test_name_has_safe_characters_only(payload, report, name) -> None:
    assert file_name(payload | {"report": report}, "xlsx") == name


def test_files_are_made_in_the_order_of_the_yaml(payload, templates, words) -> None:
    planned = planned_files(payload, (XlsxFile(), CsvFiles(tables=("kpis",), separator=";")), words)
    made = make_files(payload, planned, templates=templates, locale="en_US", charts={})
    assert [file.format for file in made] == ["xlsx", "csv"]
    assert made[0].data.startswith(b"PK")
    assert made[1].data.startswith(b"\xef\xbb\xbfFigure;Business;Value")


FILES = (
    Enclosed("a.csv", "csv", ("cash_accounts",), 300),
    Enclosed("a.xlsx", "xlsx", ("kpis", "cash_accounts"), 21_600),
    Enclosed("a.pdf", "pdf", (), 12_345_678, "s3://archive/editions/x/attachments/a.pdf"),
)


def test_readers_are_told_what_is_in_each_and_where_the_rest_lies(payload, words) -> None:
    assert enclosed_lines(FILES, payload, Speaker.of(payload, words)) == [
        "a.csv (1 KB): Cash by account with all rows.",
        "a.xlsx (22 KB): 2 tables with all rows.",
        "a.pdf (12.3 MB): the whole edition, for paper and files. It is too large for mail and lies in the "
        "archive: s3://archive/editions/x/attachments/a.pdf",
    ]
    beside = [Enclosed("a.pdf", "pdf", (), place=FOLDER)]
    (line,) = enclosed_lines(beside, payload, Speaker.of(payload, words))
    assert line == "a.pdf: the whole edition, for paper and files, beside this page in attachments/."


def test_rows_are_said_to_be_in_a_file_only_if_the_message_has_it() -> None:
    assert formats_with(FILES, "cash_accounts") == ("CSV", "XLSX")
    assert formats_with(FILES, "kpis") == ("XLSX",)
    assert formats_with(FILES, "scenarios") == ()  # the PDF that has everything is not in the message
    assert formats_with([Enclosed("a.pdf", "pdf", (), 200)], "scenarios") == ("PDF",)
    left_out = [Enclosed("a.xlsx", "xlsx", ("cash_accounts",), 9_000_000, "s3://archive/a.xlsx")]
    assert formats_with(left_out, "cash_accounts") == ()
