"""The text of a QTI item: its body without interactions, with ``_____`` for gaps in the sentence."""

import re
from copy import deepcopy
from dataclasses import replace
from html import escape, unescape

from lms.interchange.limits import MOST_PARTS
from lms.interchange.markup import is_spaces, marked_spaces, not_carried, told_of
from lms.interchange.picture_texts import Files, first_of, no_files, seen_in
from lms.interchange.qti_xml import attribute, first, kind
from lms.interchange.questions import GAP, Picture, Rich, UnusableQuestion
from lms.interchange.safe_xml import Element, local_name
from lms.interchange.source_text import BLANK, fault_in, stripped

INLINE = frozenset({"textentryinteraction", "inlinechoiceinteraction"})
BLOCK = frozenset(
    {
        *("choiceinteraction", "orderinteraction", "matchinteraction"),
        *("extendedtextinteraction", "uploadinteraction"),
    }
)
#: What is shown only after an answer, or only to some; it is looked at elsewhere.
ELSEWHERE = frozenset(
    {
        "feedbackinline",
        "feedbackblock",
        "modalfeedback",
        "rubricblock",
        "stylesheet",
        "templateinline",
        "printedvariable",
    }
)
#: Elements that group and say nothing.
WRAPPERS = frozenset({"contentbody", "prompt", "gapmatchinteraction"})
VOID = frozenset({"br", "hr", "img", "col"})
PICTURES = frozenset({"img", "object", "video", "audio"})
SPACE = re.compile(r"[ \t\n\r]+")
LONE_BLOCK = re.compile(r"<(p|div|span)>([^<>]*)</\1>")
ANY_TAG = re.compile(r"<[a-zA-Z/]")


def item_text(
    body: Element, lost: list[str], files: Files = no_files
) -> tuple[Rich, Picture | None]:
    """Return the text of an item body, prompts included, and the picture that is shown with it.

    A text entry that stands alone in its paragraph, below what is asked, is no gap in a sentence.
    """
    copy = deepcopy(body)
    is_only = sum(kind(element) in INLINE for element in copy.iter()) == 1
    for element in list(copy.iter()):
        name = kind(element)
        if name in INLINE:
            replace_by_text(element, "" if is_only and _stands_alone(element, copy) else GAP)
        elif name == "gap":
            replace_by_text(element, GAP)
        elif name in BLOCK:
            _replace_by_prompt(element)
        elif name == "rubricblock" and is_for_candidates(element):
            element.tag = "div"
            element.attrib.clear()
        elif name in ("gaptext", "gapimg"):
            replace_by_text(element, "")
        elif name == "prompt" and kind(element.getparent()) == "gapmatchinteraction":
            element.tag = "p"
    picture = taken_out(copy, files, lost)
    return rich_inside(copy, lost), picture


def shown_text(
    element: Element, lost: list[str], files: Files = no_files
) -> tuple[Rich, Picture | None]:
    """Return what stands in an element as `rich_inside` does, and the picture that is shown with it."""
    copy = deepcopy(element)
    picture = taken_out(copy, files, lost)
    return rich_inside(copy, lost), picture


def taken_out(root: Element, files: Files, lost: list[str]) -> Picture | None:
    """Take the first picture whose bytes are there out of a tree, and return it.

    Within a sentence its alternative text stays in its place. One whose bytes are not there stays, and so does a
    second one.
    """
    named = [
        seen
        for seen in seen_in(root)
        if seen.element is not None
        and not any(kind(one) in ELSEWHERE for one in seen.element.iterancestors())
    ]
    taken = first_of(named, files, lost)
    if taken is None:
        return None
    # Named again, it is the same picture, and shown once.
    for seen in named:
        if seen.element is not None and seen.source == taken.source:
            replace_by_text(seen.element, f"[{taken.alt}]" if seen.within and taken.alt else "")
    return replace(taken, source="")


def is_for_candidates(block: Element) -> bool:
    """Whether a rubric block is shown to whoever answers, as part of what is asked."""
    return "candidate" in attribute(block, "view").split()


def rich_inside(element: Element, lost: list[str]) -> Rich:
    """Return what stands in an element: plain text where it has no markup, else HTML.

    Raises:
        UnusableQuestion: a character that is not allowed.
    """
    named = (
        not_carried(kind(found), attribute(found, "src") or attribute(found, "data"))
        for found in element.iter()
        if kind(found) in PICTURES
    )
    # Why a picture is not taken was told already.
    known = told_of(lost)
    lost += [said for said in dict.fromkeys(named) if said not in known]
    markup = stripped(SPACE_OUTSIDE_PRE.sub(" ", _markup(element, inside_pre=False)))
    while lone := LONE_BLOCK.fullmatch(markup):
        markup = stripped(lone[2])
    text = markup.replace(KEPT_LINE, "\n").replace(KEPT_SPACE, " ")
    if not ANY_TAG.search(text):
        text = text.replace(COUNTED, " ")
        _refuse_fault(text)
        return Rich(stripped(unescape(text)), "plain")
    text = COUNTED_RUN.sub(lambda run: marked_spaces(len(run[0])), text)
    _refuse_fault(text)
    return Rich(text, "html")


def _refuse_fault(text: str) -> None:
    fault = fault_in(text)
    if fault:
        raise UnusableQuestion(fault)


#: Stand for line breaks and spaces of preformatted text.
KEPT_LINE, KEPT_SPACE = "\ufdd0", "\ufdd1"
#: Stands for a space that counts outside of it (see `lms.interchange.markup.html_of`).
COUNTED = "\ufdd2"
COUNTED_RUN = re.compile(f"{COUNTED}+")
SPACE_OUTSIDE_PRE = re.compile(r" {2,}")


def _markup(element: Element, *, inside_pre: bool) -> str:
    written = [_text(element.text, inside_pre)]
    for child in element:
        name = local_name(child)
        if is_spaces(child):
            written.append(COUNTED * len("".join(child.itertext())))
        elif name and kind(child) not in ELSEWHERE:
            is_pre = inside_pre or name == "pre"
            content = _markup(child, inside_pre=is_pre)
            if kind(child) in WRAPPERS:
                written.append(content)
            elif name in VOID and not content:
                written.append(f"<{name}{_attributes(child)}/>")
            elif content.strip(BLANK) or name not in ("p", "div", "span"):
                written.append(f"<{name}{_attributes(child)}>{_trimmed(content, name)}</{name}>")
        written.append(_text(child.tail, inside_pre))
    return "".join(written)


def _trimmed(content: str, name: str) -> str:
    return stripped(content) if name in ("p", "div", "li", "td", "th") else content


def _text(text: str | None, inside_pre: bool) -> str:
    if not text:
        return ""
    safe = escape(text, quote=False)
    if inside_pre:
        return safe.replace("\r", "").replace("\n", KEPT_LINE).replace(" ", KEPT_SPACE)
    return SPACE.sub(" ", safe)


def _attributes(element: Element) -> str:
    named = ((str(name).rpartition("}")[2], value) for name, value in element.attrib.items())
    return "".join(f' {name}="{escape(str(value))}"' for name, value in named)


def replace_by_text(element: Element, text: str) -> None:
    """Put a text in the place of an element."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    text += element.tail or ""
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text
    parent.remove(element)


def _replace_by_prompt(element: Element) -> None:
    prompt, parent = first(element, "prompt"), element.getparent()
    if prompt is None or parent is None:
        replace_by_text(element, "")
        return
    prompt = deepcopy(prompt)
    prompt.tag, prompt.tail = "p", element.tail
    prompt.attrib.clear()
    parent.replace(element, prompt)


def _stands_alone(entry: Element, body: Element) -> bool:
    """Whether a block holds nothing but this entry, and something is asked elsewhere."""
    block = entry.getparent()
    if block is None or block is body:
        return False
    return not stripped("".join(_words(block))) and bool(stripped("".join(_words(body))))


def _words(element: Element) -> list[str]:
    return [str(text) for text in element.itertext()][: MOST_PARTS * 20]
