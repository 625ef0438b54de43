"""Spreadsheets: columns, cells that look like formulas, what Excel makes of things."""

import csv
from datetime import datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from interchange.specs import SPECS

from lms.interchange import (
    UnreadableFile,
    from_spec,
    read_questions,
    to_json,
    write_questions,
)

HEAD = "type,text,answer_1,percent_1,answer_2,percent_2"


def book(rows: list[list], title: str = "questions", others: tuple[str, ...] = ()) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    for name in others:
        made.create_sheet(name, 0)
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_sheet_as_a_trainer_writes_it(delimiter, mark):
    rows = [
        ["Type", "Text", "Answer 1", "Percent 1", "Answer 2", "Feedback 2"],
        ["single choice", "Who has the key?", "The caretaker", "100", "Anybody", "Not so."],
        ["", "", "", "", "", ""],
        ["essay", "Où ?", "", "", "", ""],
    ]
    text = mark + "\r\n".join(delimiter.join(row) for row in rows)

    result = read_questions(text.encode(), name="a.csv")

    assert result.skipped == ()
    assert [(one.type, one.line) for one in result.questions] == [
        ("single_choice", 2),
        ("essay", 4),
    ]
    assert to_json(result.questions[0])["options"] == [
        {"text": "The caretaker", "text_format": "plain", "fraction": 1, "feedback": None},
        {"text": "Anybody", "text_format": "plain", "fraction": 0, "feedback": "Not so."},
    ]


def test_a_cell_over_several_lines_keeps_the_count_of_lines(read):
    result = read(f'{HEAD}\nessay,"two\nlines"\nnothing,Q\nessay,Q', "csv")

    assert [one.line for one in result.questions] == [2, 5]
    assert [(one.line, one.name) for one in result.skipped] == [(4, "Q")]


def test_numbers_stay_numbers_and_texts_are_defused():
    spec = {**SPECS["single choice"], "text": {"en": "=HYPERLINK(1)"}}
    questions = [from_spec(one, language="en")[0] for one in (spec, SPECS["number without a unit"])]

    rows = list(
        csv.DictReader(
            StringIO(
                write_questions(questions, format="csv", title="").content.decode("utf-8-sig"),
                newline="",
            )
        )
    )
    sheet = openpyxl.load_workbook(
        BytesIO(write_questions(questions, format="xlsx", title="").content)
    )["questions"]

    assert rows[0]["text"] == "'=HYPERLINK(1)"
    assert rows[0]["percent_4"] == "-25"
    assert rows[1]["answer_1"] == "-0.125"
    cells = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"'=HYPERLINK(1)", -25, -0.125} <= cells
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "'=1", "''=1", "'quoted'", "'", "a=b"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_every_beginning_of_a_text_comes_back(text, format):
    question, _ = from_spec({**SPECS["essay"], "text": {"en": text}}, language="en")

    written = write_questions([question], format=format, title="")

    assert read_questions(written.content, name="", format=format).questions[0].text.text == text


def test_csv_opens_in_excel_with_its_accents():
    question, _ = from_spec({**SPECS["essay"], "text": {"en": "Où est l'eau ؟"}}, language="en")

    content = write_questions([question], format="csv", title="").content

    assert content.startswith(b"\xef\xbb\xbfid,type,name,text,text_format,")
    assert content.endswith(b"\r\n")


def test_what_excel_made_of_a_cell_is_read():
    rows = [
        ["type", "text", "answer_1", "percent_1", "match_1", "case_sensitive"],
        ["short_text", "How many?", 5, 100, None, True],
        ["numeric", "How many?", 2.5, 100.0, 0.5, False],
    ]

    result = read_questions(book(rows), name="a.xlsx")

    assert result.skipped == ()
    words, numbers = map(to_json, result.questions)
    assert (words["answers"][0]["text"], words["case_sensitive"]) == ("5", True)
    assert (numbers["answers"][0]["value"], numbers["answers"][0]["tolerance"]) == (2.5, 0.5)


def test_the_sheet_of_questions_is_read_wherever_it_stands():
    rows = [["type", "text"], ["essay", "Q"]]

    for title in ("questions", "Questions "):
        found = read_questions(book(rows, title, ("notes",)), name="a.xlsx")
        assert len(found.questions) == 1
    with pytest.raises(UnreadableFile, match="needs the columns type and text"):
        read_questions(book(rows, "other", ("notes",)), name="a.xlsx")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("riddle,Q", "not supported: the type 'riddle'"),
        (",Q", "not supported: the type ''"),
        ("essay,", "no text"),
        ("single_choice,Q,a,100", "two options or more"),
        ("single_choice,Q,a,,b", "no option is right"),
        ("single_choice,Q,a,much,b", "percent_1: 'much' is not a number"),
        ("single_choice,Q,a,200,b", "between −100 and 100"),
        ("true_false,Q", "correct is true or false"),
        ("numeric,Q,ten", "answer_1: 'ten' is not a number"),
        ("short_text,Q", "no answer is right"),
        ("matching,Q,a", "answer_1 has no right side"),
        ("ordering,Q,a", "two items or more"),
        ("cloze,No gap", "no gap"),
        ("essay,a\x00b", "U+0000"),
    ],
)
def test_a_broken_row_is_told_and_the_others_are_kept(read, row, reason):
    result = read(f"{HEAD}\nessay,First\n{row}\nessay,Last", "csv")

    assert [one.name for one in result.questions] == ["First", "Last"]
    assert [(one.line, one.whole) for one in result.skipped] == [(3, True)]
    assert reason in result.skipped[0].reason


def test_a_percentage_is_what_excel_shows_and_not_what_it_keeps():
    rows = [["type", "text", "answer_1", "percent_1", "answer_2", "percent_2", "penalty"]]
    rows.append(["single_choice", "Q", "a", 1, "b", 0.5, 0.25])
    made = openpyxl.load_workbook(BytesIO(book(rows)))
    for cell in ("D2", "F2", "G2"):
        made.active[cell].number_format = "0%"
    buffer = BytesIO()
    made.save(buffer)

    question = to_json(read_questions(buffer.getvalue(), name="a.xlsx").questions[0])

    assert [option["fraction"] for option in question["options"]] == [1, 0.5]
    assert question["penalty"] == 0.25


def test_a_day_has_no_hour():
    rows = [["type", "text", "answer_1"], ["short_text", "When?", datetime(2026, 1, 2)]]

    question = to_json(read_questions(book(rows), name="a.xlsx").questions[0])

    assert question["answers"][0]["text"] == "2026-01-02"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["essay", "=A1"], "the formula in B3 has no value"),
        (["=A1"], "the formula in A3 has no value"),
        (["essay", "Q", "#N/A"], "C3 holds the error #N/A"),
    ],
)
def test_a_cell_without_a_value_costs_its_row(row, reason):
    rows = [["type", "text", "id"], ["essay", "First"], row, ["essay", "Last"]]

    result = read_questions(book(rows), name="a.xlsx")

    assert [one.name for one in result.questions] == ["First", "Last"]
    assert [one.line for one in result.skipped] == [3]
    assert result.skipped[0].reason.startswith(reason)


@pytest.mark.parametrize(
    "rows",
    [
        ['essay,"Open', "essay,Second", 'essay,"Last, the"'],
        ['essay,"Open', "essay,Second", "essay,Last"],
    ],
)
def test_a_quotation_mark_that_is_not_closed_costs_its_row_alone(read, rows):
    result = read("\n".join(["type,text", "essay,First", *rows]), "csv")

    assert [one.name.split(",")[0] for one in result.questions] == ["First", "Second", "Last"]
    assert [(one.line, one.name) for one in result.skipped] == [(3, "Open")]
    assert "is not closed" in result.skipped[0].reason


def test_rows_with_open_quotation_marks_are_not_looked_through_without_end(read):
    result = read("type,text\n" + 'essay,"Open\n' * 1_000, "csv")

    assert len(result.skipped) == 101
    assert "the rest was not looked at" in result.skipped[-1].reason


def test_a_text_with_a_separator_outside_quotation_marks_is_told(read):
    result = read(f"{HEAD}\nshort_text,Hot, or cold?,hot,,,,cold", "csv")

    assert result.questions == ()
    assert "more cells than there are columns" in result.skipped[0].reason


def test_the_line_in_which_excel_tells_the_separator_is_no_row(read):
    result = read("sep=;\ntype;text\nessay;One, two, three", "csv")

    assert [(one.name, one.line) for one in result.questions] == [("One, two, three", 3)]


@pytest.mark.parametrize(
    ("heading", "row", "reasons"),
    [
        ("answer_1,,id", "a,stray,7", ["what stands in cell 4, whose column has no name"]),
        ("answer_1,correct", "a,true", ["the column correct, which says nothing here"]),
        ("answer_1,match_1", "a,b", ["the column match_1, which says nothing here"]),
        ("answer_1,percent_2", "a,50", ["the column percent_2, which says nothing here"]),
    ],
)
def test_a_cell_that_says_nothing_is_told_and_the_question_kept(read, heading, row, reasons):
    result = read(f"type,text,{heading}\nshort_text,Q,{row}", "csv")

    assert len(result.questions) == 1
    assert [(one.line, one.name, one.whole) for one in result.skipped] == [(2, "Q", False)]
    assert [one.reason for one in result.skipped] == reasons


def test_grading_is_a_word_that_is_known(read):
    result = read("type,text,answer_1,answer_2,grading\nordering,Q,a,b,strict", "csv")

    assert [one.reason for one in result.skipped] == ["grading is exact or empty, not 'strict'"]


def test_a_column_that_nobody_knows_is_told(read):
    result = read("type,text,Remarks,text\nessay,Q,hm,R", "csv")

    assert [(one.line, one.reason) for one in result.skipped] == [
        (1, "the column 'remarks' is unknown; it was not read"),
        (1, "the column 'text' is twice; it was not read"),
    ]
    assert result.questions[0].text.text == "Q"


def test_a_text_that_no_cell_of_excel_holds_is_told():
    question, _ = from_spec({**SPECS["essay"], "text": {"en": "x" * 40_000}}, language="en")

    written = write_questions([question], format="xlsx", title="")

    assert [one.reason for one in written.left_out] == [
        "a cell of Excel holds at most 32,766 characters"
    ]


def test_a_tag_with_a_comma_is_told():
    question, _ = from_spec({**SPECS["essay"], "tags": ["a, b"]}, language="en")

    written = write_questions([question], format="csv", title="")

    assert [one.reason for one in written.left_out] == ["the tag 'a, b': a comma parts tags here"]


def test_a_workbook_with_entities_is_refused():
    data = book([["type", "text"], ["essay", "Q"]])
    hostile = BytesIO()
    from zipfile import ZipFile

    with ZipFile(BytesIO(data)) as old, ZipFile(hostile, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b"<worksheet", b"<!DOCTYPE x><worksheet", 1)
            new.writestr(name, content)

    with pytest.raises(UnreadableFile, match="document type"):
        read_questions(hostile.getvalue(), name="a.xlsx")


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x05\x06" + b"\x00" * 18, b"", b"type,text"])
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(UnreadableFile):
        read_questions(data, name="a.xlsx", format="xlsx")
