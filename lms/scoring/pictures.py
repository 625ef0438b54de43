"""Names of pictures: those of a course's media folder, and those that the site keeps."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: What a picture that the site keeps is called: the SHA-256 of its bytes and the ending of its kind. A version of
#: a question that names it so can never show another one.
_KEPT = re.compile(r"[0-9a-f]{64}\.(?:png|jpg|gif|webp|svg)")


def is_kept(name: str) -> bool:
    """Return whether a picture of this name is one that the site keeps, and not a file of a course.

    >>> is_kept("well.png"), is_kept("0" * 64 + ".png")
    (False, True)
    """
    return _KEPT.fullmatch(name) is not None


def held_in(spec: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what has a picture: the question, its options, its scenario, and those of a set's questions.

    Each is a part of the spec itself, whose ``image`` is ``{file, alt?}``.
    """
    for part in (spec, spec.get("scenario"), *_listed(spec.get("options"))):
        image = part.get("image") if isinstance(part, dict) else None
        if isinstance(image, dict) and isinstance(image.get("file"), str):
            yield part
    for part in (*_listed(spec.get("gaps")), *_listed(spec.get("questions"))):
        if isinstance(part, dict):
            yield from held_in(part)


def _listed(value: Any) -> Sequence[Any]:
    """A field of which nobody has checked yet that it is a list."""
    return value if isinstance(value, list | tuple) else ()


def is_described(spec: Mapping[str, Any]) -> bool:
    """Return whether each picture of a question has a text, in any language, for whoever does not see it."""
    return all(part["image"].get("alt") for part in held_in(spec))


def names_in(spec: Mapping[str, Any]) -> list[str]:
    """Return the names of the pictures of a question, each once, in the order in which they are shown."""
    return list(dict.fromkeys(part["image"]["file"] for part in held_in(spec)))
