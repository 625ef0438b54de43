"""Items to be put into their right order."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import Any

from lms.scoring.presentation import (
    Choice,
    Control,
    Presentation,
    ReviewLine,
    Texts,
    asked,
)
from lms.scoring.question import (
    UNANSWERED,
    Mark,
    Response,
    Spec,
    SpecProblem,
    Submitted,
    UnusableAnswer,
    marked,
    one_answer,
    text_problems,
)
from lms.scoring.types.options import seeded, text_id

GRADINGS = ("pairs", "exact")
#: More than anybody orders with a list of places on a phone.
MOST_ITEMS = 20
FIELD = "place-"


class Ordering:
    """Part marks for every two items that stand the right way round, or all or nothing.

    By ``pairs``, the default, over the n(n − 1)/2 pairs of items::

        share = max(0, (concordant − discordant) / (n(n − 1)/2))

    which is Kendall's tau of the order given, floored at 0 (Kendall 1938, *A New Measure of Rank
    Correlation*): one neighbouring swap costs little, a reversed order earns nothing, and a blind
    order earns little, 0.28 on average of three items and 0.16 of five. An item without a place
    makes pairs that count neither way. By ``exact``, only the whole right order earns the mark.

    Worked, four items: two neighbours swapped: (5 − 1)/6 = 0.666667. First and last swapped:
    (1 − 5)/6, so 0. The fourth without a place, the others right: 3/6 = 0.5.

    The id of an item comes from its text: keys and places in the bank are the answer.

    Fields ``place-<id>``: a number from 1, or blank. Response ``{"places": {key: number}}``, only
    what was placed. Detail: ``concordant``, ``discordant``, ``pairs``.
    """

    name = "ordering"
    marked_by_hand = False
    asks = True

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults: 2 to 20 items with keys and different texts, a known grading."""
        found: list[SpecProblem] = []
        if (spec.get("grading") or "pairs") not in GRADINGS:
            message = f"grading is one of {', '.join(GRADINGS)}"
            found.append(SpecProblem(("grading",), "question.bad-grading", message))
        items = spec.get("items")
        if not isinstance(items, list) or not 2 <= len(items) <= MOST_ITEMS:
            message = f"give 2 to {MOST_ITEMS} items in their right order"
            return [*found, SpecProblem(("items",), "question.bad-items", message)]
        keys: set[str] = set()
        ids: set[str] = set()
        for at, item in enumerate(items):
            where = ("items", at)
            if not isinstance(item, dict):
                message = "an item is a mapping with key and text"
                found.append(SpecProblem(where, "question.bad-items", message))
                continue
            key = item.get("key")
            if not isinstance(key, str) or not key.strip() or key in keys:
                message = "give each item a key of its own in quotes, such as 'a'"
                found.append(SpecProblem((*where, "key"), "question.item-key", message))
            else:
                keys.add(key)
            faults = list(text_problems(item.get("text"), (*where, "text")))
            found += faults
            if not faults:
                name = _id(item)
                if name in ids:
                    message = "two items have the same text; nobody can tell their places apart"
                    found.append(SpecProblem((*where, "text"), "question.item-twice", message))
                ids.add(name)
        return found

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return the places given.

        Raises:
            UnusableAnswer: ``answer.not-in-question`` for a foreign item, ``answer.not-an-option``
                for a place that there is not, ``answer.position-twice`` for two items in one place.
        """
        keys = {f"{FIELD}{_id(item)}": item["key"] for item in spec["items"]}
        for field in submitted:
            if field.startswith(FIELD) and field not in keys:
                raise UnusableAnswer("answer.not-in-question", field)
        known = {str(place): place for place in range(1, len(keys) + 1)}
        places: dict[str, int] = {}
        for field, key in keys.items():
            typed = one_answer(submitted, field)
            if typed is None:
                continue
            if typed not in known:
                raise UnusableAnswer("answer.not-an-option", typed)
            if known[typed] in places.values():
                raise UnusableAnswer("answer.position-twice", typed)
            places[key] = known[typed]
        return {"places": places} if places else None

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Mark by the formula above."""
        if response is None:
            return UNANSWERED
        given = [response["places"].get(item["key"]) for item in spec["items"]]
        placed = [(one, two) for one, two in combinations(given, 2) if one and two]
        concordant = sum(one < two for one, two in placed)
        discordant = len(placed) - concordant
        pairs = len(given) * (len(given) - 1) // 2
        share = Fraction(concordant - discordant, pairs)
        if spec.get("grading") == "exact":
            share = Fraction(share == 1)
        return marked(share, {"concordant": concordant, "discordant": discordant, "pairs": pairs})

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return ``{"items": [key, …]}``, shuffled even when `shuffle` is false.

        The bank's order is the answer. It may come up by chance, as any other: if it never did,
        two items would always stand the wrong way round.
        """
        keys = [item["key"] for item in spec["items"]]
        seeded(spec, seed).shuffle(keys)
        return {"items": keys}

    def right_answer(self, spec: Spec) -> Response:
        """Return the right places as a response."""
        return {"places": {item["key"]: at for at, item in enumerate(spec["items"], 1)}}

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        """Return a list of places for each item; without an order, items sorted by id."""
        items = {item["key"]: item for item in spec["items"]}
        by_id = sorted(items, key=lambda key: _id(items[key]))
        places = response["places"] if response else {}
        choices = tuple(Choice(str(at), str(at)) for at in range(1, len(items) + 1))
        return asked(
            spec,
            *(
                Control(
                    "select",
                    f"{FIELD}{_id(items[key])}",
                    label=items[key]["text"],
                    choices=choices,
                    values=(str(places[key]),) if key in places else (),
                )
                for key in order.get("items") or by_id
                if key in items
            ),
        )

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        """Return a line for each item in the right order: its place, and where it was put."""
        places = response["places"] if response else {}
        return tuple(
            ReviewLine(
                item["text"],
                chosen=item["key"] in places,
                right=places.get(item["key"]) == at,
                given=str(places[item["key"]]) if item["key"] in places else None,
                wanted=str(at),
            )
            for at, item in enumerate(spec["items"], 1)
        )

    def formula_of(self, spec: Spec) -> str:
        """Return ``ordering``, or ``ordering.exact``."""
        return "ordering.exact" if spec.get("grading") == "exact" else self.name

    def guess_share(self, spec: Spec) -> Fraction:
        """Return the mean share over all orders, each as likely as the others.

        How many orders of n items have d discordant pairs is the Mahonian number T(n, d)
        (MacMahon 1913; sequence A008302 of the OEIS).
        """
        count = len(spec["items"])
        if spec.get("grading") == "exact":
            return Fraction(1, factorial(count))
        pairs = count * (count - 1) // 2
        earned = sum(
            orders * max(0, pairs - 2 * discordant)
            for discordant, orders in enumerate(_mahonian(count))
        )
        return Fraction(earned, pairs * factorial(count))

    def choices_made(self, spec: Spec, response: Response | None) -> None:
        """Return None: a place is no option by itself, it stands and falls with the others."""

    def keyed_choices(self, spec: Spec) -> tuple[str, ...]:
        """Return nothing."""
        return ()

    def choice_texts(self, spec: Spec) -> dict[str, Texts]:
        """Return nothing."""
        return {}


def _id(item: Mapping[str, Any]) -> str:
    return text_id("i", item["text"])


def _mahonian(count: int) -> list[int]:
    """How many orders of `count` items have 0, 1, 2, … pairs the wrong way round."""
    orders = [1]
    for items in range(2, count + 1):
        wider = [0] * (len(orders) + items - 1)
        for discordant, known in enumerate(orders):
            for more in range(items):
                wider[discordant + more] += known
        orders = wider
    return orders
