"""What an organisation's own people see of its index: no other organisation, nothing that tells of a person."""

from uuid import UUID

from flask import abort, render_template

from lms.accounts import queries as accounts
from lms.accounts.rules import Permission
from lms.accounts.session import requires
from lms.capacity import explained, queries, words, words_pages
from lms.capacity.profile import small_groups
from lms.capacity.views import bp, chosen_run, titles_in
from lms.capacity.views_organisation import dimension_bars


@bp.get("/own/<uuid:key>")
@requires(Permission.BELONG)
def own(key: UUID) -> str:
    """The organisation's index, what it rests on, and where to object."""
    organisation = accounts.organisation(key)
    if organisation is None or not accounts.may_in(Permission.BELONG, organisation):
        abort(404)
    found = queries.runs()
    run = chosen_run(found)
    value = queries.value_of(run, organisation, Permission.BELONG) if run else None
    titles = titles_in(run) if run else {}
    hidden: frozenset[str] = frozenset()
    sentences: list[str] = []
    if run and value:
        hidden = frozenset(small_groups(value.detail, explained.sources_of(run.methodology)))
        sentences = words.sentences(value.detail, titles, hidden) + words_pages.sureness(
            value.detail
        )
    return render_template(
        "capacity/own.html",
        organisation=organisation,
        run=run,
        value=value,
        titles=titles,
        hidden=hidden,
        sentences=sentences,
        profile=dimension_bars(value.detail, titles, hidden) if value else [],
        history=queries.history(organisation, found, Permission.BELONG),
    )
