"""What a trainer should look at: dotted codes with the figures behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.scoring.distractors import IDLE, OptionRow, OptionTable
from lms.scoring.guard import FEW, INDICATIVE
from lms.scoring.items import EASY, HARD, WEAK
from lms.scoring.language_difference import Dif


@dataclass(frozen=True, slots=True)
class ItemFlag:
    """One reason to look at an item.

    Args:
        code: ``item.check-key``, ``item.harder-in-language``, ``item.weak``, ``item.hard``,
            ``item.easy``, ``item.dead-option`` or ``item.few``.
        figures: what it rests on, by name, as `flags_of` says.
    """

    code: str
    figures: Mapping[str, Any]


def flags_of(
    n: int,
    facility: float | None,
    discrimination: float | None,
    options: OptionTable | None,
    dif: tuple[Dif, ...] = (),
) -> tuple[ItemFlag, ...]:
    """Return the flags of an item, most urgent first.

    - ``item.check-key``: the item counts against good persons (``discrimination`` under 0), or the
      choosers of a distractor that 5 % or more chose have a higher mean total than those of the key:
      ``option`` (the one with the best choosers), its ``share``, ``mean_total`` and
      ``key_mean_total``; figures that do not apply are absent.
    - ``item.harder-in-language``: ``language``, ``compared_with``, ``delta`` (negative), for a
      difference that ETS would act on (`Dif.certain`), once a language.
    - ``item.weak``: ``discrimination`` from 0 to 0.2.
    - ``item.hard`` / ``item.easy``: ``facility`` under 0.2, over 0.9.
    - ``item.dead-option``: ``options``, each (option, share), distractors that under 5 % chose; from
      30 persons on, as among fewer such a share is one person.
    - ``item.few``: ``n`` under 30. Under 10 nothing else is said.
    """
    few = (ItemFlag("item.few", {"n": n}),) if n < INDICATIVE else ()
    if n < FEW:
        return few
    found = []
    key = _check_key(discrimination, options)
    if key:
        found.append(ItemFlag("item.check-key", key))
    found += [_harder(one) for one in dif if one.certain]
    if discrimination is not None and 0 <= discrimination < WEAK:
        found.append(ItemFlag("item.weak", {"discrimination": discrimination}))
    if facility is not None and facility < HARD:
        found.append(ItemFlag("item.hard", {"facility": facility}))
    if facility is not None and facility > EASY:
        found.append(ItemFlag("item.easy", {"facility": facility}))
    dead = [one for one in options.options if "dead-option" in one.words] if options else []
    if dead and n >= INDICATIVE:
        shares = tuple((one.option, one.share) for one in dead)
        found.append(ItemFlag("item.dead-option", {"options": shares}))
    return (*found, *few)


def _check_key(discrimination: float | None, options: OptionTable | None) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    if discrimination is not None and discrimination < 0:
        figures["discrimination"] = discrimination
    rows: list[OptionRow] = [] if options is None else list(options.options)
    # A single clever person who slipped is no reason to doubt the key.
    rivals = [one for one in rows if "check-key" in one.words and one.share >= IDLE]
    if rivals:
        best = max(rivals, key=lambda one: (one.mean_total or 0.0, str(one.option)))
        keys = [one for one in rows if one.right and one.mean_total is not None]
        choosers = sum(one.count for one in keys)
        figures |= {
            "option": best.option,
            "share": best.share,
            "mean_total": best.mean_total,
            "key_mean_total": sum(one.count * (one.mean_total or 0.0) for one in keys) / choosers,
        }
    return figures


def _harder(one: Dif) -> ItemFlag:
    harder, other = (one.focal, one.reference) if one.delta < 0 else (one.reference, one.focal)
    figures = {"language": harder, "compared_with": other, "delta": -abs(one.delta)}
    return ItemFlag("item.harder-in-language", figures)
