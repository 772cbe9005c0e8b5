"""How a matrix was made, in words: what a methods section and a doubting colleague need."""

from __future__ import annotations

from qualkit.analysis.cooccurrence import WITHIN
from qualkit.analysis.matrix import NOBODY_SIGN, UNFINISHED_MARK
from qualkit.analysis.measures import MEASURES
from qualkit.analysis.zeros import ZEROS
from qualkit.formats.headings import SWEDISH
from qualkit.formats.matrix import MatrixExport
from qualkit.formats.matrix_grid import legend

PERSONAL = "Holds quotes from interviews: personal data. Do not pass it on without checking."

ZERO_WORDS = {
    "no material": "no source of the row has a transcript",
    "not yet coded": "some source of the row is not marked as finished by any coder",
    "not asked": "the interview guide asks about the theme, but no source of the row was asked",
    "not mentioned": "asked or open, read to the end, and not mentioned",
}
_ONCE = "counts each excerpt, source or participant once, however many cells it stands in; words once an excerpt"
_SHARE = ("Sum", "of the row (column) whose shares these are: 100; elsewhere its share of all cells together")
_BASE = ("Unique", "how many excerpts there are, each once: what a share rests on")
TOTALS = {  # by what a measure is divided by
    "": [("Sum", "adds up the cells of a row or column"), ("Unique", _ONCE)],
    "row": [_SHARE, _BASE],
    "column": [_SHARE, _BASE],
    "hours": [
        ("Sum", "the excerpts of the cells, added up, for each hour of the rows, added up"),
        ("Unique", "each excerpt once, for each hour of recording, each once"),
    ],
}


def warning(export: MatrixExport) -> str:
    """What whoever passes it on must know: that it holds personal data, or what was held back."""
    return export.note or export.say(PERSONAL)


def about(export: MatrixExport) -> list[str]:
    """What a reader must know before the first figure: title, warning, what a figure is, what the signs mean."""
    say, filtered = export.say, export.matrix.request.where.text
    counted = f"{say('Figures')}: {figures(export)}" + (f" ({say('Filter')}: {filtered})" if filtered else "")
    signs = "     ".join(f"{sign}  {meaning}" for sign, meaning in legend(export))
    return [export.study.settings.title or say("(no title)"), warning(export), counted, signs]


def figures(export: MatrixExport) -> str:
    """What a figure is, in words."""
    say, request = export.say, export.matrix.request
    if export.matrix.within:
        meeting = say(WITHIN[export.matrix.within])
        return say("excerpts of the row's code that {meet}").format(meet=meeting)
    return f"{_ours(export, request.measure)}: {say(MEASURES[request.measure].meaning)}"


def method_lines(export: MatrixExport) -> list[tuple[str, str]]:
    """(label, words), from what is counted to when and with what it was made."""
    say, matrix, request, study = export.say, export.matrix, export.matrix.request, export.study
    measure = MEASURES[request.measure]
    version = say("{title}, version {version}").format(title=study.codebook.title, version=study.codebook.version)
    hours = say("up to the last word of the transcripts of the row's sources; a source counts in full for each row")
    grows = say("some source of the row is not marked as finished: the figure may grow")
    own = say("counted for the source's case") if request.moderator else say("not counted")
    voices = say("an excerpt counts for the case of each person who speaks in it, else for its source's case")
    listed = say("an excerpt that counts in several cells has a line for each of them in the list of excerpts")
    made = say("{time} with qualkit {version}").format(time=export.made, version=export.version)
    return [
        (say("Note"), warning(export)),
        (say("Study"), study.settings.title or say("(no title)")),
        (say("Codebook"), version),
        (say("Figures"), figures(export)),
        (say("Rows"), " / ".join(_ours(export, name) for name in matrix.by)),
        (say("Columns"), " / ".join(say(name) for name in request.columns)),
        *([(say("Filter"), request.where.text)] if request.where.text else []),
        *([(say("Difference"), say(_DIFFERENCE))] if request.groups else []),
        (say("Kinds of code"), ", ".join(say(kind) for kind in request.kinds) or say("all")),
        (say("Status of codings"), ", ".join(say(status) for status in request.statuses)),
        (say("Coders"), ", ".join(request.coders) or say("all")),
        (say("Excerpts of moderators alone"), own),
        *((say(label), say(words)) for label, words in TOTALS[measure.of]),
        (say("Attribution"), voices),
        (say("List of excerpts"), listed),
        (say("Hours recorded"), hours),
        *((f"{ZEROS[zero]}  {say(zero)}", say(words)) for zero, words in ZERO_WORDS.items()),
        *([(f"{NOBODY_SIGN}  {say(measure.nothing)}", say(_NOTHING))] if measure.nothing else []),
        (say("a figure with {mark}").format(mark=UNFINISHED_MARK), grows),
        (say("Excerpts left out as uncertain"), str(len(matrix.left_out))),
        *([(say("Codings"), export.remark)] if export.remark else []),
        (say("Made"), made),
    ]


def _ours(export: MatrixExport, name: str) -> str:
    return export.say(name) if name in SWEDISH else name


_NOTHING = "there are excerpts, but all of them are from documents: nobody speaks in them, and nothing was recorded"
_DIFFERENCE = "the first row less the second; empty where one of them is not known (no material, not coded, not asked)"
