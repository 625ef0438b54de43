"""Fields of plain values, checked one by one; what is wrong with them is gathered."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lms.index.methodology import MethodologyProblem

Path = tuple[str | int, ...]
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class Reader:
    """Reads fields of mappings and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[MethodologyProblem] = []
        self.warnings: list[MethodologyProblem] = []
        self.assumed: list[MethodologyProblem] = []
        self._keys: dict[tuple[str, str], Path] = {}

    def wrong(self, path: Path, code: str, message: str) -> None:
        """Note a fault."""
        self.problems.append(MethodologyProblem(path, code, message))

    def odd(self, path: Path, code: str, message: str) -> None:
        """Note what is allowed and ought to be looked at."""
        self.warnings.append(MethodologyProblem(path, code, message))

    def assume(self, path: Path, code: str, message: str) -> None:
        """Note a default that is told beside faults alone, to somebody who mends the file anyway."""
        self.assumed.append(MethodologyProblem(path, code, message))

    def mapping(self, value: Any, path: Path, fields: Iterable[str]) -> Mapping[str, Any]:
        """The value if it is a mapping; unknown fields are faults."""
        if not isinstance(value, Mapping):
            self.wrong(path, "shape", "expected a mapping of fields")
            return {}
        known = list(fields)
        for name in value:
            if name not in known:
                near = difflib.get_close_matches(str(name), known, 1)
                meant = f"; {near[0]} may be meant" if near else f"; known: {', '.join(known)}"
                self.wrong((*path, name), "unknown-field", f"unknown field {name!r}{meant}")
        return value

    def sequence(self, held: Mapping[str, Any], path: Path, name: str) -> Sequence[Any]:
        """A list; absent is empty."""
        value = held.get(name, [])
        if not isinstance(value, list | tuple):
            self.wrong((*path, name), "shape", f"{name} is a list")
            return []
        return value

    def key(self, held: Mapping[str, Any], path: Path, kind: str) -> str:
        """The permanent name of a thing, which no other of its kind may have."""
        value = held.get("key")
        place = (*path, "key")
        if not isinstance(value, str) or not KEY.fullmatch(value):
            self.wrong(
                place, "key", "key: letters, digits, _ and -, not empty, a letter or digit first"
            )
            return ""
        if (kind, value) in self._keys:
            self.wrong(place, "duplicate-key", f"{kind} {value} stands twice; choose another key")
        self._keys.setdefault((kind, value), place)
        return value

    def title(self, held: Mapping[str, Any], path: Path) -> Any:
        """A text, or texts by language; the key where there is none."""
        value = held.get("title", held.get("key"))
        texts = list(value.items()) if isinstance(value, Mapping) else [("", value)]
        right = all(isinstance(one, str) and one for pair in texts for one in pair[1:])
        if "title" in held and (not texts or not right):
            message = "title is a text, or a mapping of languages to texts"
            self.wrong((*path, "title"), "title", message)
        return value

    def reason(self, held: Mapping[str, Any], path: Path, name: str) -> bool:
        """Whether a reason is given, in words; anything else under the name is a fault."""
        value = held.get(name)
        if value is None:
            return False
        if not isinstance(value, str) or not value.strip():
            self.wrong((*path, name), "reason", f"{name} says why, as a text")
        return True

    def text(self, held: Mapping[str, Any], path: Path, name: str) -> str:
        """A text that must be there."""
        value = held.get(name)
        if not isinstance(value, str) or not value:
            self.wrong((*path, name), "missing", f"{name} is needed, as a text (use quotes)")
            return ""
        return value

    def choice(
        self, held: Mapping[str, Any], path: Path, name: str, known: Sequence[str], default: str
    ) -> str:
        """One of the known words."""
        value = held.get(name, default)
        if isinstance(value, str) and value in known:
            return value
        self.wrong((*path, name), "choice", f"{name} is one of {', '.join(known)}, not {value!r}")
        return default

    def truth(self, held: Mapping[str, Any], path: Path, name: str) -> bool:
        """A yes or no; absent is no."""
        value = held.get(name, False)
        if not isinstance(value, bool):
            self.wrong((*path, name), "number", f"{name} is true or false")
        return value is True

    def number(
        self,
        held: Mapping[str, Any],
        path: Path,
        name: str,
        default: float,
        low: float = -math.inf,
        high: float = math.inf,
        above: bool = False,
    ) -> float:
        """A finite number from low to high; with `above`, greater than low."""
        if name not in held:
            return default
        value = self.finite(held[name], (*path, name), name)
        if value is None:
            return default
        if value < low or value > high or (above and value == low):
            start = "" if low == -math.inf else f" {'above' if above else 'from'} {low:g}"
            end = "" if high == math.inf else f" up to {high:g}"
            self.wrong((*path, name), "range", f"{name} lies{start}{end}, and is {value:g}")
            return default
        return value

    def whole(
        self, held: Mapping[str, Any], path: Path, name: str, default: int, low: int, high: float
    ) -> int:
        """A whole number from low to high."""
        value = self.number(held, path, name, default, low, high)
        if value != int(value):
            self.wrong((*path, name), "number", f"{name} is a whole number, not {value:g}")
            return default
        return int(value)

    def finite(self, value: Any, path: Path, name: str) -> float | None:
        """The value as a finite float; None, noted, where it is not one."""
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            try:
                number = float(value)
            except OverflowError:
                number = math.inf
            if math.isfinite(number):
                return number
        self.wrong(path, "number", f"{name} is a finite number, not {value!r}")
        return None
