"""Shape of input: a file of questions, and how it is to be read."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional

from lms.courses.library import competency_titles, framework
from lms.interchange import FORMATS
from lms.questions.queries import BankRow
from lms.settings import LANGUAGES
from lms.web.forms import Form
from lms.web.language import LANGUAGE_NAMES, in_language


class ImportForm(Form):
    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l("GIFT, Moodle XML, Aiken, QTI, YAML, CSV or Excel; 8 MiB at most."),
    )
    bank = SelectField(_l("Bank"), [Optional()])
    title = StringField(
        _l("Title of the new bank"),
        [Optional(), Length(max=120)],
        description=_l("Only where the bank is new."),
    )
    format = SelectField(_l("Format"), [Optional()])
    language = SelectField(
        _l("Language of the texts"),
        [Optional()],
        choices=[SelectChoice(value=code, label=LANGUAGE_NAMES[code]) for code in LANGUAGES],
    )
    competency = SelectField(
        _l("Competency"),
        [Optional()],
        description=_l(
            "For questions that name none. Without one a question is marked, and gives no evidence."
        ),
    )
    level = SelectField(_l("Level"), [Optional()], description=_l("For questions that name none."))

    def offer(self, banks: list[BankRow]) -> None:
        """Fill in the choices."""
        self.bank.choices = [
            SelectChoice(value="", label=str(_l("a new bank"))),
            *(
                SelectChoice(value=row.key, label=in_language(row.titles, row.language))
                for row in banks
            ),
        ]
        self.format.choices = [
            SelectChoice(value="", label=str(_l("told by the file"))),
            *(
                SelectChoice(value=one.name, label=one.title)
                for one in FORMATS.values()
                if one.name not in ("qti3", "qti21")
            ),
        ]
        self.competency.choices = [
            SelectChoice(value="", label="–"),
            *(
                SelectChoice(value=key, label=f"{key} {title}")
                for key, title in competency_titles().items()
            ),
        ]
        self.level.choices = [
            SelectChoice(value="", label="–"),
            *(
                SelectChoice(value=one.key, label=in_language(one.title))
                for one in framework().levels
            ),
        ]
