"""Marking and item statistics: plain values in, plain values out, standard library and numpy only.

A question is a *spec* (`lms.scoring.question`), its type knows how to read, mark and arrange it
(`lms.scoring.types`) and how it is shown (`presentation`); a site may add types (`registry`), which
keep the same contract (`conformance`). What people mark becomes a share in `hand`. An attempt's
questions are drawn (`draw`), its marks become a percent and a grade (`grade`); ratings of exercises
are valued (`rubric`); finished attempts tell which questions are worth keeping (`items`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lms.scoring.draw import Drawn, draw_attempt, draw_questions
from lms.scoring.folding import fold
from lms.scoring.grade import GRADING, by_competency, grade_of, passed, total
from lms.scoring.guard import guard_of
from lms.scoring.hand import (
    MarkerAgreement,
    compare_markers,
    hand_mark,
    resolved_share,
    share_of_ratings,
)
from lms.scoring.presentation import (
    Choice,
    Control,
    Image,
    Presentation,
    ReviewLine,
    Text,
    Texts,
    asked,
    filled_in,
)
from lms.scoring.question import (
    UNANSWERED,
    Mark,
    QuestionType,
    Response,
    Spec,
    SpecProblem,
    Submitted,
    UnusableAnswer,
    feedback_for,
    marked,
    one_answer,
    pending,
    text_problems,
    weight_of,
)
from lms.scoring.registry import Registry
from lms.scoring.rubric import RATING_VALUES, Agreement, Rating, agreement, objective_value
from lms.scoring.scenarios import expand
from lms.scoring.types import TYPES, check_question, question_type
from lms.scoring.types.matching import right_sides

if TYPE_CHECKING:
    from lms.scoring.analysis import (
        AnalysedItem,
        Analysis,
        ItemFigures,
        WholeFigures,
        analyse,
    )
    from lms.scoring.calibration import PersonMeasure
    from lms.scoring.coefficient import Coefficient
    from lms.scoring.distractors import OptionRow, OptionTable, option_table
    from lms.scoring.gain import (
        HakeGain,
        PairedEffect,
        bootstrap_interval,
        cohens_d_paired,
        hake_gain,
    )
    from lms.scoring.intraclass import Icc, icc
    from lms.scoring.item_flags import ItemFlag
    from lms.scoring.items import (
        discrimination,
        discrimination_word,
        effective_weights,
        facility,
        facility_word,
        point_biserial,
        upper_lower,
    )
    from lms.scoring.krippendorff import KrippendorffAlpha, krippendorff_alpha
    from lms.scoring.language_difference import Dif, dif
    from lms.scoring.rasch_model import Rasch, rasch
    from lms.scoring.rater_severity import RaterOffset, Severity, severity
    from lms.scoring.raters import (
        Kappa,
        PercentAgreement,
        agreement_word,
        cohen_kappa,
        counts_of,
        fleiss_kappa,
        gwet_ac1,
        percent_agreement,
    )
    from lms.scoring.reliability import (
        Reliability,
        cronbach_alpha,
        drawn_reliability,
        kr20,
        kr21,
        length_factor,
        livingston_k2,
        mark_interval,
        sem,
        share_near,
        spearman_brown,
    )
    from lms.scoring.standard_setting import Angoff, angoff
    from lms.scoring.surveys import (
        SurveyScale,
        groups_to_show,
        survey_scale,
        wilson_interval,
    )
    from lms.scoring.two_parameter_model import TwoParameter, two_parameter

#: Statistics by module. They need numpy, which marking does not: loaded when first asked for.
_STATISTICS = {
    "analysis": (
        "AnalysedItem",
        "Analysis",
        "ItemFigures",
        "WholeFigures",
        "analyse",
    ),
    "calibration": ("PersonMeasure",),
    "coefficient": ("Coefficient",),
    "distractors": (
        "OptionRow",
        "OptionTable",
        "option_table",
    ),
    "gain": (
        "HakeGain",
        "PairedEffect",
        "bootstrap_interval",
        "cohens_d_paired",
        "hake_gain",
    ),
    "intraclass": (
        "Icc",
        "icc",
    ),
    "item_flags": ("ItemFlag",),
    "items": (
        "discrimination",
        "discrimination_word",
        "effective_weights",
        "facility",
        "facility_word",
        "point_biserial",
        "upper_lower",
    ),
    "krippendorff": (
        "KrippendorffAlpha",
        "krippendorff_alpha",
    ),
    "language_difference": (
        "Dif",
        "dif",
    ),
    "rasch_model": (
        "Rasch",
        "rasch",
    ),
    "rater_severity": (
        "RaterOffset",
        "Severity",
        "severity",
    ),
    "raters": (
        "Kappa",
        "PercentAgreement",
        "agreement_word",
        "cohen_kappa",
        "counts_of",
        "fleiss_kappa",
        "gwet_ac1",
        "percent_agreement",
    ),
    "reliability": (
        "Reliability",
        "cronbach_alpha",
        "drawn_reliability",
        "kr20",
        "kr21",
        "length_factor",
        "livingston_k2",
        "mark_interval",
        "sem",
        "share_near",
        "spearman_brown",
    ),
    "standard_setting": (
        "Angoff",
        "angoff",
    ),
    "surveys": (
        "SurveyScale",
        "groups_to_show",
        "survey_scale",
        "wilson_interval",
    ),
    "two_parameter_model": (
        "TwoParameter",
        "two_parameter",
    ),
}


def __getattr__(name: str) -> Any:
    for module, names in _STATISTICS.items():
        if name in names:
            return getattr(import_module(f"lms.scoring.{module}"), name)
    raise AttributeError(f"module 'lms.scoring' has no attribute {name!r}")


__all__ = [
    "GRADING",
    "RATING_VALUES",
    "TYPES",
    "UNANSWERED",
    "Agreement",
    "AnalysedItem",
    "Analysis",
    "Angoff",
    "Choice",
    "Coefficient",
    "Control",
    "Dif",
    "Drawn",
    "HakeGain",
    "Icc",
    "Image",
    "ItemFigures",
    "ItemFlag",
    "Kappa",
    "KrippendorffAlpha",
    "Mark",
    "MarkerAgreement",
    "OptionRow",
    "OptionTable",
    "PairedEffect",
    "PercentAgreement",
    "PersonMeasure",
    "Presentation",
    "QuestionType",
    "Rasch",
    "RaterOffset",
    "Rating",
    "Registry",
    "Reliability",
    "Response",
    "ReviewLine",
    "Severity",
    "Spec",
    "SpecProblem",
    "Submitted",
    "SurveyScale",
    "Text",
    "Texts",
    "TwoParameter",
    "UnusableAnswer",
    "WholeFigures",
    "agreement",
    "agreement_word",
    "analyse",
    "angoff",
    "asked",
    "bootstrap_interval",
    "by_competency",
    "check_question",
    "cohen_kappa",
    "cohens_d_paired",
    "compare_markers",
    "counts_of",
    "cronbach_alpha",
    "dif",
    "discrimination",
    "discrimination_word",
    "draw_attempt",
    "draw_questions",
    "drawn_reliability",
    "effective_weights",
    "expand",
    "facility",
    "facility_word",
    "feedback_for",
    "filled_in",
    "fleiss_kappa",
    "fold",
    "grade_of",
    "groups_to_show",
    "guard_of",
    "gwet_ac1",
    "hake_gain",
    "hand_mark",
    "icc",
    "kr20",
    "kr21",
    "krippendorff_alpha",
    "length_factor",
    "livingston_k2",
    "mark_interval",
    "marked",
    "objective_value",
    "one_answer",
    "option_table",
    "passed",
    "pending",
    "percent_agreement",
    "point_biserial",
    "question_type",
    "rasch",
    "resolved_share",
    "right_sides",
    "sem",
    "severity",
    "share_near",
    "share_of_ratings",
    "spearman_brown",
    "survey_scale",
    "text_problems",
    "total",
    "two_parameter",
    "upper_lower",
    "weight_of",
    "wilson_interval",
]
