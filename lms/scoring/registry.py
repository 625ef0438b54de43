"""The question types that a site knows: those that ship and those that its plugins bring."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from lms.errors import Refused
from lms.scoring.question import QuestionType

#: What a type must have, see `QuestionType`.
NEEDED = (
    "name",
    "marked_by_hand",
    "asks",
    "check",
    "parse",
    "mark",
    "order",
    "right_answer",
    "present",
    "review",
    "formula_of",
    "guess_share",
    "choices_made",
    "keyed_choices",
    "choice_texts",
)


class Registry(Mapping[str, QuestionType]):
    """Question types by name, in the order in which they were added; it only ever grows.

    `lms.scoring.TYPES` is the one that everybody asks who is given no other. A site adds its
    plugins' types to it once, at start, before it reads content or marks anything; whoever wants
    none of that (a test, a notebook) makes a registry of their own.
    """

    def __init__(self, types: Iterable[QuestionType] = ()) -> None:
        self._types: dict[str, QuestionType] = {}
        self.add(*types)

    def __getitem__(self, name: str) -> QuestionType:
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def add(self, *types: QuestionType) -> None:
        """Add types, all or none. The same type again changes nothing: two sites in one process.

        Raises:
            Refused: ``question-type.incomplete`` with ``name`` and what it is ``lacking``;
                ``question-type.taken`` with ``name``: another type has it, and none is replaced.
        """
        added: dict[str, QuestionType] = {}
        for kind in types:
            lacking = [part for part in NEEDED if not hasattr(kind, part)]
            name = str(getattr(kind, "name", type(kind).__name__))
            if lacking:
                raise Refused("question-type.incomplete", name=name, lacking=lacking)
            known = added.get(name) or self._types.get(name)
            if known is None:
                added[name] = kind
            elif type(known) is not type(kind):
                raise Refused("question-type.taken", name=name)
        self._types.update(added)

    @contextmanager
    def having(self, *types: QuestionType) -> Iterator[None]:
        """Add types for the length of a `with` block, as a test does. Raises as `add` does."""
        before = dict(self._types)
        self.add(*types)
        try:
            yield
        finally:
            self._types = before
