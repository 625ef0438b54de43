"""A lesson becomes safe HTML in parts; what is unsafe never passes and is reported."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content import Check, Heading, Html, render, render_text
from lms.content.lesson_body import look_into

ACTIVE = re.compile(
    r"<(script|iframe|object|embed|form|input|style|link|meta|svg|base)|<[^>]*\son\w+\s*=|"
    r"<[^>]*(href|src)=\"?\s*(javascript|data|vbscript|file):|<[^>]*\sstyle=",
    re.IGNORECASE,
)


def html_of(body: str, **more: object) -> str:
    rendered = render(body, image_url=lambda name: f"/media/{name}", **more)
    return "\n".join(part.html for part in rendered.parts if isinstance(part, Html))


UNSAFE = [
    "<script>alert(1)</script>",
    "a <img src=x onerror=alert(1)> b",
    "<svg onload=alert(1)>",
    "<iframe src=https://example.org></iframe>",
    "<div style='position:fixed'>x</div>",
    "<!-- a comment -->",
    "x <a href='javascript:alert(1)'>y</a>",
    "::: note\n<script>alert(1)</script>\n:::",
    "| a |\n| --- |\n| <script>alert(1)</script> |",
    "- a\n  <script>alert(1)</script>",
    "Foot[^1].\n\n[^1]: <script>alert(1)</script>",
    "term\n: <script>alert(1)</script>",
]
UNSAFE_LINKS = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](file:///etc/passwd)",
    "[x](//example.org)",
    "[x](http://example.org)",
    "[x](/admin)",
    "[x]\n\n[x]: javascript:alert(1)",
    "<javascript:alert(1)>",
]
UNSAFE_IMAGES = [
    "![x](https://example.org/a.png)",
    "![x](data:image/png;base64,AAAA)",
    "![x](media/../course.yaml)",
    "![x](javascript:alert(1))",
]


@pytest.mark.parametrize("body", UNSAFE)
def test_raw_html_is_shown_as_text_and_reported(body):
    assert not ACTIVE.search(html_of(body))
    codes = {problem.code for problem in look_into(body, Path("a.md")).problems}
    assert codes == {"markdown.html"}


@pytest.mark.parametrize("body", UNSAFE_LINKS)
def test_an_unsafe_link_has_no_address_and_is_reported(body):
    assert "href" not in html_of(body)
    assert "markdown.link" in {problem.code for problem in look_into(body, Path("a.md")).problems}


@pytest.mark.parametrize("body", UNSAFE_IMAGES)
def test_an_image_from_elsewhere_has_no_address_and_is_reported(body):
    assert not re.search(r'src="[^"]', html_of(body))
    assert [problem.code for problem in look_into(body, Path("a.md")).problems] == [
        "markdown.image"
    ]


@given(
    st.lists(st.sampled_from([*UNSAFE, *UNSAFE_LINKS, *UNSAFE_IMAGES, "# a", "```", ":::", "\n"]))
)
def test_no_mixture_of_unsafe_parts_passes(parts):
    assert not ACTIVE.search(html_of("\n".join(parts)))


@given(st.text(alphabet="<>/\"'=:;&#[]()!`*_|-^~ \naonscriptxj", max_size=120))
def test_no_signs_pass_as_active_html(body):
    assert not ACTIVE.search(html_of(body))
    look_into(body, Path("a.md"))


def test_faults_have_the_lines_of_the_file():
    body = "one\ntwo <b>x</b>\n\n# big\n\n[x](ftp://x)\n\n::: danger\ny\n:::\n\n![](media/a.png)\n"
    body += "\n- a\n\n  ```check\n  c1-c01\n  ```\n\n```check\n```\n"
    found = look_into(body, Path("a.md"), 11)
    assert [(problem.line, problem.code) for problem in found.problems] == [
        (12, "markdown.html"),
        (12, "markdown.html"),
        (14, "markdown.heading"),
        (16, "markdown.link"),
        (18, "markdown.box"),
        (20, "markdown.box"),
        (22, "markdown.image-not-described"),
        (26, "markdown.check-inside"),
        (30, "markdown.check-key"),
    ]
    assert found.images == (("a.png", 22),)


def test_code_is_not_taken_for_html():
    body = "Write `<b>` and\n\n```\n<script>\n```\n"
    assert look_into(body, Path("a.md")).problems == ()
    assert "&lt;script&gt;" in html_of(body)


def test_checks_split_a_lesson_into_parts():
    rendered = render(
        "## One\n\na\n\n```check\nc05-c01\n```\n\n```check\nc05-c02\n```\n\nb[^1]\n\n[^1]: Note.\n",
        image_url=str,
    )
    assert [type(part) for part in rendered.parts] == [Html, Check, Check, Html]
    assert rendered.parts[1:3] == (Check("c05-c01"), Check("c05-c02"))
    assert "Note." in rendered.parts[3].html


def test_headings_have_prefixed_ids_that_are_unique_and_keep_arabic_letters():
    rendered = render("## Who **pays**?\n\n### Who pays?\n\n## من يدفع؟\n", image_url=str)
    assert rendered.contents == (
        Heading(2, "h-who-pays", "Who pays?"),
        Heading(3, "h-who-pays-1", "Who pays?"),
        Heading(2, "h-من-يدفع", "من يدفع؟"),
    )
    assert all(f'id="{heading.id}"' in rendered.parts[0].html for heading in rendered.contents)


def test_sources_become_links_where_the_course_has_them():
    html = html_of("See [SL-LGA], [SL-LGA s. 3] and [SL-OTHER], `[SL-LGA]`.", sources=["SL-LGA"])
    assert re.findall(r'<a href="#source-SL-LGA" class="source"[^>]*>([^<]*)</a>', html) == [
        "[SL-LGA]",
        "[SL-LGA s. 3]",
    ]
    assert "[SL-OTHER]" in html


def test_the_first_place_of_a_term_becomes_a_link():
    terms = {"devolution": ["devolution"], "water-point": ["water point", "tap"], "x": []}
    body = "## Devolution\n\nUndevolution. A **Devolution** of devolution; taps and a tap. `tap`"
    html = html_of(body, terms=terms)
    assert re.findall(r'<a href="#term-([\w-]+)" class="term"[^>]*>([^<]*)</a>', html) == [
        ("devolution", "Devolution"),
        ("water-point", "taps"),
    ]


def test_the_longer_term_goes_first():
    html = html_of(
        "the human rights officer", terms={"a": ["human rights"], "b": ["human rights officer"]}
    )
    assert re.findall(r"#term-(\w)", html) == ["b"]


def test_terms_are_found_in_arabic():
    assert 'href="#term-d"' in html_of("هذه هي اللامركزية في القانون.", terms={"d": ["اللامركزية"]})


def test_boxes_tables_and_images():
    html = html_of(
        "::: remember\nx\n:::\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n\n![A pump](../media/p.png)",
        box_titles={"remember": "Remember"},
    )
    assert '<div class="remember">\n<p class="box-title">Remember</p>' in html
    assert '<td class="end">2</td>' in html
    assert '<th scope="col">a</th>' in html
    assert '<img src="/media/p.png" alt="A pump" loading="lazy">' in html


def test_cells_of_a_wide_table_say_what_heads_their_column():
    wide = html_of(
        "| | **Who** pays | When |\n| --- | --- | --- |\n| Fuel | The *mission* | |\n| Food | We | Now |"
    )
    narrow = html_of("| a | b |\n| --- | --- |\n| 1 | 2 |")

    assert '<table class="stack">' in wide
    assert "<td>Fuel</td>" in wide
    assert '<td data-label="Who pays">The <em>mission</em></td>' in wide
    assert wide.count('data-label="When"') == 2
    assert "stack" not in narrow
    assert "data-label" not in narrow


def test_a_text_outside_a_lesson_is_rendered_too():
    assert render_text("Plan **it**.") == "<p>Plan <strong>it</strong>.</p>"
