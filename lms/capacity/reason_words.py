"""Flags, and the reasons why something is missing, in the reader's language."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

FLAGS = {
    "no_evidence": _l("no evidence"),
    "no_weight": _l("the evidence counts for nothing"),
    "low_coverage": _l("too few of those expected are known"),
    "no_denominator": _l("nothing to count was recorded"),
    "expired": _l("all evidence is too old"),
    "out_of_range": _l("the figure has no place on its scale"),
    "single_group": _l("rests on one observed case"),
    "no_spread_observed": _l("all observed cases are equal"),
    "unknown_error": _l("how sure it is cannot be told"),
    "clipped": _l("beyond the end of its scale"),
    "no_spread": _l("all organisations are equal here"),
    "floored": _l("so low that the lowest mark of the method is used"),
    "at_edge": _l("at the end of its scale"),
    "guarded": _l("the band is held back by a dimension"),
    "low_independent": _l("too little was assessed by others"),
    "imputed": _l("filled in, not observed"),
    "shrunk": _l("drawn towards the mean of all organisations"),
    "not_shrunk": _l("too few organisations to say how much is chance"),
    "treated": _l("an extreme value was altered"),
    "not_treated": _l("too few organisations to say what is extreme"),
    "still_skewed": _l("extreme values are left"),
    "equal_weights": _l("all weigh the same"),
    "band_open": _l("what is missing could change the band"),
}
#: The engine's reasons why something is missing, by its English words.
REASONS = {
    "no evidence": FLAGS["no_evidence"],
    "no weight": FLAGS["no_weight"],
    "no denominator": FLAGS["no_denominator"],
    "low coverage": FLAGS["low_coverage"],
    "expired": FLAGS["expired"],
    "out of range": FLAGS["out_of_range"],
}
LACKING = "too little evidence on "


def reason_words(reason: str, titles: Mapping[str, str]) -> str:
    """A reason of the engine in the reader's language; as it stands where it is a new one."""
    if reason.startswith(LACKING):
        key = reason.removeprefix(LACKING)
        return _("too little evidence on “%(title)s”", title=titles.get(key, key))
    return str(REASONS.get(reason, reason))


def flag_words(flag: str) -> str:
    """A flag in words."""
    return str(FLAGS.get(flag, flag))
