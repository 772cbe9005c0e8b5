"""Where two coders differ as something to hand on, and the table of formats that hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from qualkit.analysis.differences import Comparison, Mark, Passage
from qualkit.formats.endings import writer
from qualkit.formats.headings import Say, in_language, told
from qualkit.formats.matrix import clock
from qualkit.formats.matrix_method import PERSONAL
from qualkit.model.study import Study

KINDS = ("only {coder}", "other ends", "other codes", "other codes and ends")
REASONS = ("no transcript", "not finished by {names}")  # why a source is not compared


@dataclass(frozen=True)
class ComparisonExport:
    """The passages with what a reader must know; `made` is ISO 8601."""

    found: Comparison
    study: Study
    made: str
    version: str

    @property
    def say(self) -> Say:
        """Texts of ours in the study's language."""
        return in_language(self.study.settings.language)

    def kind(self, passage: Passage) -> str:
        """How the two differ in a passage."""
        return told(self.say, passage.kind, KINDS)

    def code(self, id: str) -> str:
        """A code's name; its id where the codebook does not have it."""
        known = self.study.codebook.codes.get(id)
        return known.name if known else id


def where(passage: Passage) -> str:
    """The segment in which a passage begins, with its time where there is one."""
    anchor = passage.all[0].anchor
    return f"{clock(anchor.start)} ({anchor.first})" if anchor.start is not None else anchor.first


def by_coder(passage: Passage) -> Iterator[list[list[Mark]]]:
    """Of the first and of the second coder: the marks, those on exactly the same words together."""
    for marks in passage.marks:
        found: dict[tuple[int, int], list[Mark]] = {}
        for mark in marks:
            found.setdefault((mark.begin, mark.end), []).append(mark)
        yield list(found.values())


def method_lines(export: ComparisonExport) -> list[tuple[str, str]]:
    """All that a reader needs to know of the comparison, a label and words each."""
    found, compared, say = export.found, export.found.compared, export.say
    book = export.study.codebook
    return [
        (say("Note"), say(PERSONAL)),
        (say("Study"), export.study.settings.title or say("(no title)")),
        (say("Codebook"), say("{title}, version {version}").format(title=book.title, version=book.version)),
        (say("Coders"), ", ".join(found.coders)),
        (say("Sources compared"), ", ".join(source.id for source in compared.sources)),
        *(
            (say("Not compared"), f"{source}: {told(say, why, REASONS)}")
            for source, why in compared.not_compared.items()
        ),
        (say("Codes"), ", ".join(export.code(id) for id in compared.rows)),
        (
            say("Passage"),
            say("excerpts that overlap and have the same code, or share half of their words or more"),
        ),
        (
            say("Size"),
            say("letters, signs and blanks on which the two coders do not have the same codes; the largest first"),
        ),
        (say("Passages that differ"), str(len(found.passages))),
        (say("Stretches on which they agree"), str(len(found.agreed))),
        (say("Excerpts left out as uncertain"), str(sum(compared.left_out.values()))),
        (say("Made"), say("{time} with qualkit {version}").format(time=export.made, version=export.version)),
    ]


COMPARISON_FORMATS: Mapping[str, str] = {
    ".xlsx": "qualkit.formats.comparison_xlsx",
    ".html": "qualkit.formats.comparison_html",
}


def comparison_format(file: PurePath) -> Callable[[ComparisonExport], bytes]:
    """The function that makes a comparison of the format that a file's name ends in. QualkitError for others."""
    render: Callable[[ComparisonExport], bytes] = writer(file, COMPARISON_FORMATS)
    return render
