"""Titles of questions: other programs list questions by them, and a bank has none. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from lms.interchange import ExchangedQuestion, Rich
from lms.interchange.bank_tags import LONGEST_TAG
from lms.interchange.source_text import beginning_of
from lms.interchange.to_bank import MOST_TAGS

Spec = dict[str, Any]
#: What questions are for that do not say it.
USE = "assessment"
#: Begins a tag that keeps a title.
_TITLE = "name:"


def title_kept(question: ExchangedQuestion, spec: Spec, language: str) -> list[str]:
    """Keep a title as a tag, where it is more than the beginning of the text; say so where it cannot be kept.

    A bank's questions have no titles of their own, and other programs list them by title.
    """
    title, text = question.name, spec["text"][language]
    tags = spec.get("tags") or []
    if title in ("", beginning_of(Rich(text))):
        return []
    if len(_TITLE + title) <= LONGEST_TAG and len(tags) < MOST_TAGS:
        spec["tags"] = [*tags, _TITLE + title]
        return []
    return (
        []
        if " ".join(text.split()).startswith(title)
        else ["its title, which is too long for a tag"]
    )


def title_of(tags: Iterable[str]) -> str:
    """Return the title that a tag keeps; empty where none does."""
    kept = next((tag for tag in tags if tag.startswith(_TITLE)), "")
    return kept.removeprefix(_TITLE)


def as_known_elsewhere(question: ExchangedQuestion) -> ExchangedQuestion:
    """Give a question back the title that a tag keeps, and say nothing of what goes without saying."""
    title = title_of(question.tags)
    unsaid = (f"use:{USE}", _TITLE + title)
    return replace(
        question,
        name=title or question.name,
        tags=tuple(tag for tag in question.tags if tag not in unsaid),
        children=tuple(as_known_elsewhere(child) for child in question.children),
    )
