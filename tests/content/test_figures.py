"""A drawing in each language: labels in their places, mirrored where one reads from the right."""

import pytest
from lxml import etree

from lms.content.figures import figure_svg, label_texts, read_figures

FOLDER = "curricula/safe-wells"
DRAWING = f"{FOLDER}/media/repair.svg"
LABELS = f"{FOLDER}/figures.yaml"
SVG = "{http://www.w3.org/2000/svg}"


def drawn(tree, language):
    figures, _document, problems = read_figures(tree.path(FOLDER))
    assert problems == []
    return figure_svg(tree.path(DRAWING), figures["repair.svg"], language)


def texts(svg):
    root = etree.fromstring(svg.encode())
    return {one.get("id"): one for one in root.iter(f"{SVG}text")}


def in_arabic(tree):
    tree.change(LABELS, "title: {", "title: {ar: من يصلح المضخة, ")
    tree.change(LABELS, "description: {", "description: {ar: القيّم ثم مكتب المياه, ")
    tree.change(LABELS, "caretaker: {", "caretaker: {ar: القيّم أولًا, ")
    tree.change(LABELS, "office: {", "office: {ar: مكتب المياه, ")


def test_the_original_is_the_file_itself(tree):
    assert drawn(tree, "en") == tree.path(DRAWING).read_text(encoding="utf-8")
    assert label_texts(tree.path(DRAWING)) == {
        "caretaker": "The caretaker tries first",
        "office": "After one day\nthe water office comes",
    }


def test_a_language_without_labels_gets_the_original(tree):
    assert drawn(tree, "sw") == drawn(tree, "en")


def test_a_translation_fills_title_description_and_labels(tree):
    svg = drawn(tree, "fr")
    root = etree.fromstring(svg.encode())
    assert root.findtext(f"{SVG}title") == "Qui répare la pompe"
    assert root.findtext(f"{SVG}desc").startswith("La personne chargée du point d'eau")
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    found = texts(svg)
    assert found["caretaker"].text == "La personne chargée essaie d'abord"
    assert [line.text for line in found["office"]] == ["Après un jour vient", "le service de l'eau"]
    assert "direction" not in found["office"].attrib


@pytest.mark.parametrize(
    ("label", "height"), [("Un", "120.75"), ("Un\\ndeux", "112"), ("Un\\ndeux\\ntrois", "103.25")]
)
def test_lines_more_or_fewer_keep_the_middle_of_a_label(tree, label, height):
    tree.change(LABELS, '"Après un jour vient\\nle service de l\'eau"', f'"{label}"')
    office = texts(drawn(tree, "fr"))["office"]
    assert office.get("y") == height
    assert ["".join(office.itertext())] == [label.replace("\\n", "")]


def test_in_arabic_the_drawing_is_mirrored_and_the_letters_are_not(tree):
    in_arabic(tree)
    tree.change(DRAWING, '<text id="caretaker" x="170"', '<text id="caretaker" x="40"')
    root = etree.fromstring(drawn(tree, "ar").encode())
    assert [child.tag for child in root] == [f"{SVG}title", f"{SVG}desc", f"{SVG}g"]
    # x becomes 340 - x: what stood on the left stands on the right.
    assert root[2].get("transform") == "matrix(-1 0 0 1 340 0)"
    caretaker = texts(drawn(tree, "ar"))["caretaker"]
    # Mirrored twice about its own place, a letter looks as it did.
    assert caretaker.get("transform") == "matrix(-1 0 0 1 80 0)"
    assert (caretaker.text, caretaker.get("direction")) == ("القيّم أولًا", "rtl")
    assert caretaker.get("text-anchor") == "middle"
    assert caretaker.get("font-size") == "15.4"


@pytest.mark.parametrize(
    ("anchor", "expected"), [("start", "end"), ("middle", "middle"), ("end", "start")]
)
def test_a_map_stays_as_it_lies_and_its_labels_on_their_side(tree, anchor, expected):
    in_arabic(tree)
    tree.change(LABELS, "mirrored: true ", "mirrored: false ")
    tree.change(DRAWING, '<text id="caretaker"', f'<text id="caretaker" text-anchor="{anchor}"')
    svg = drawn(tree, "ar")
    assert "matrix" not in svg
    caretaker = texts(svg)["caretaker"]
    assert (caretaker.get("direction"), caretaker.get("text-anchor")) == ("rtl", expected)


@pytest.mark.parametrize("broken", ["<svg", '<svg xmlns="http://www.w3.org/2000/svg"/>', ""])
def test_an_unsound_drawing_is_shown_as_it_is(tree, broken):
    tree.write(DRAWING, broken)
    assert drawn(tree, "fr") == broken


def test_entities_are_not_resolved(tree):
    secret = tree.write("secret.txt", "well 7")
    text = tree.path(DRAWING).read_text(encoding="utf-8")
    declared = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{secret.as_uri()}">]>{text}'
    tree.write(DRAWING, declared.replace("The caretaker tries first", "&x;", 1))
    tree.change(LABELS, "caretaker: {fr: La personne chargée essaie d'abord}", "other: {fr: x}")
    assert "well 7" not in drawn(tree, "fr")
    assert (DRAWING, 1, "media.active") in tree.found()


def test_a_course_gives_its_drawings_by_language(tree):
    course = tree.library().courses["safe-wells"]
    assert course.figure("repair.svg", "fr") == drawn(tree, "fr")
    assert course.figure("seal.svg", "fr") == "<svg><circle r='9'/></svg>"
    assert course.figure("../course.yaml", "fr") is None
    assert course.figure("none.svg", "fr") is None


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("file: repair.svg", "file: none.svg", "figure.no-file"),
        ("file: repair.svg", "file: ../course.yaml", "figure.no-file"),
        ("caretaker: {", "cartaker: {", "figure.label-unknown"),
        ("mirrored: true", "mirrored: yes", "shape.bool_type"),
        ("title: {fr: Qui", "titel: {fr: Qui", "shape.extra_forbidden"),
    ],
)
def test_a_fault_of_the_labels_has_its_line(tree, old, new, code):
    name, line = tree.change(LABELS, old, new)
    assert (name, line, code) in tree.found()
    assert "safe-wells" in tree.library().courses


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (' viewBox="0 0 340 150"', "", "figure.no-size"),
        ("<title>Who repairs the pump</title>", "", "figure.not-described"),
        ('id="caretaker" ', "", "figure.text-without-label"),
        ('id="caretaker" ', 'id="caretaker" transform="scale(2)" ', "figure.text-transformed"),
        ("</svg>", "", "figure.unreadable"),
    ],
)
def test_a_fault_of_the_drawing_is_reported(tree, old, new, code):
    name, line = tree.change(DRAWING, old, new)
    found = [(file, at, one) for file, at, one in tree.found() if one == code]
    whole_file = {"figure.no-size", "figure.not-described", "figure.unreadable"}
    assert found == [(name, 1 if code in whole_file else line, code)]


def test_each_label_is_there_in_each_language_of_the_course(tree):
    tree.change(LABELS, "office: {fr:", "office: {ar:")
    problem = next(one for one in tree.problems() if one.code == "figure.not-translated")
    assert (problem.path, problem.line) == (tree.path(LABELS), 2)
    assert str(problem).endswith("repair.svg: office is lacking in fr; the course is there in it")


def test_a_drawing_named_twice_is_reported(tree):
    text = tree.path(LABELS).read_text(encoding="utf-8")
    tree.write(LABELS, text + text.removeprefix("figures:\n"))
    assert [code for _, _, code in tree.found()] == ["key.twice"]
