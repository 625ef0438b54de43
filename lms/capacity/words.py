"""Bands, flags, refusals and the sentences that every page with the index carries."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.capacity.reason_words import reason_words
from lms.web.language import listed, number_text

BANDS = {
    "nascent": _l("nascent"),
    "emerging": _l("emerging"),
    "functional": _l("functional"),
    "strong": _l("strong"),
}
REFUSALS = {
    "index.future": _l("The day %(day)s lies in the future; choose today or an earlier day."),
    "index.methodology": _l("There is no methodology %(key)s; there are: %(known)s."),
    "index.refused": _l("The evidence has faults, so nothing was computed: %(problems)s"),
    "index.no-run": _l("No index was computed yet."),
    "index.no-such-run": _l("There is no run %(reference)s; the newest are of %(days)s."),
    "index.one-run": _l("Two runs of different days are needed, and there are not two."),
    "index.no-such-subject": _l(
        "The run says nothing of the organisation %(code)s; it lists: %(known)s."
    ),
    "index.other-engine": _l(
        "The run of %(day)s was computed by an earlier release of the engine; compute that day again."
    ),
    "map.file": _l("There is no file %(path)s; correct the setting BOUNDARIES."),
    "map.size": _l("%(path)s is larger than 30 MB; simplify its outlines first."),
    "map.text": _l("%(path)s cannot be read as UTF-8 text."),
    "map.json": _l("The file of boundaries is no JSON: %(fault)s."),
    "map.features": _l("The file of boundaries is no GeoJSON: it has no list “features”."),
    "map.feature": _l(
        "Feature %(number)s of the file of boundaries has no polygon in degrees "
        "(longitude, latitude); save it in WGS 84."
    ),
    "map.pcode": _l(
        "No feature of the file of boundaries has a P-code: a property whose name ends in “pcode”."
    ),
    "index.no-inputs": _l(
        "The run of %(day)s was stored before its observations were kept; compute that day again."
    ),
}


def band_name(key: str) -> str:
    """A band in the reader's language; methodologies may bring bands of their own."""
    return str(BANDS.get(key, key)) if key else _("no band")


def hundred(value: float | None) -> str:
    """A share as it is shown: times hundred, one decimal; a dash where it is missing."""
    return "–" if value is None else number_text(value * 100, 1)


def whole(value: float | None) -> str:
    """A share times hundred without decimals, for sentences."""
    return "–" if value is None else number_text(round(value * 100))


def sentences(
    detail: dict[str, Any], titles: dict[str, str], hidden: frozenset[str] = frozenset()
) -> list[str]:
    """What the index says in plain words: how sure, how complete, weakest, what it cannot say.

    Figures of `hidden` indicators, and of those of a hidden dimension, are not told.
    """
    said = []
    if detail["value"] is None:
        told = [reason_words(one, titles) for one in detail["reasons"]]
        reasons = listed(told) or _("too little evidence")
        said.append(_("There is no index for this organisation yet: %(reasons)s.", reasons=reasons))
    else:
        said.append(
            _(
                "Capacity %(value)s of 100, band “%(band)s”.",
                value=whole(detail["value"]),
                band=band_name(detail["band"] or ""),
            )
        )
        if detail["low"] is not None:
            said.append(
                _(
                    "With the evidence we have, it is very likely (9 in 10) between %(low)s and %(high)s.",
                    low=whole(detail["low"]),
                    high=whole(detail["high"]),
                )
            )
    pieces = sum(len(one["observations"]) for one in detail["indicators"])
    said.append(
        ngettext("It rests on %(num)s observation", "It rests on %(num)s observations", pieces)
        + " "
        + _("and covers %(share)s of 100 of what should be known.", share=whole(detail["coverage"]))
    )
    known = [
        one
        for one in detail["indicators"]
        if one["normalised"] is not None and not {one["key"], one["dimension"]} & hidden
    ]
    if known:
        weakest = min(known, key=lambda one: one["normalised"])
        said.append(
            _(
                "Weakest: %(title)s (%(value)s).",
                title=titles.get(weakest["key"], weakest["key"]),
                value=whole(weakest["normalised"]),
            )
        )
    missing = [
        titles.get(one["key"], one["key"])
        for one in detail["indicators"]
        if one["normalised"] is None
    ]
    if missing:
        said.append(_("Not known yet: %(titles)s.", titles=listed(missing)))
    bounds = detail.get("bounds")
    if bounds and bounds[0] is not None and bounds[1] - bounds[0] > 0.1:
        said.append(
            _(
                "Depending on what is missing, it could lie anywhere from %(low)s to %(high)s.",
                low=whole(bounds[0]),
                high=whole(bounds[1]),
            )
        )
    return said
