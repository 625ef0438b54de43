"""What questions have in common that offer nothing to choose from."""

from lms.scoring.presentation import Texts
from lms.scoring.question import Response, Spec


class WithoutOptions:
    """A type whose answers are written, handed in or not given at all: item analysis finds no options in it."""

    def choices_made(self, spec: Spec, response: Response | None) -> None:
        """Return None: there are no options."""

    def keyed_choices(self, spec: Spec) -> tuple[str, ...]:
        """Return nothing."""
        return ()

    def choice_texts(self, spec: Spec) -> dict[str, Texts]:
        """Return nothing."""
        return {}
