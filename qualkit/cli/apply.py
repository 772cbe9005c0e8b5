"""qualkit apply"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import opening, output
from qualkit.errors import refuse_errors

if TYPE_CHECKING:
    from qualkit.coding.keywords import Keywords
    from qualkit.model.source import Source
    from qualkit.model.transcript import Transcript, Word
    from qualkit.store.project import OpenStudy


@dataclass(frozen=True)
class _How:
    keywords: Keywords
    coder: str
    accept: bool
    moderator: bool


@dataclass(frozen=True)
class _Text:
    """A source's text and its word times, read before anything is written."""

    source: Source
    transcript: Transcript | None
    words: Mapping[str, tuple[Word, ...]]


def apply(
    ctx: typer.Context,
    sources: opening.Sources = None,
    accept: Annotated[bool, typer.Option("--accept", help="Apply the codings instead of suggesting them.")] = False,
    moderator: Annotated[bool, typer.Option("--moderator", help="Look at what moderators say, too.")] = False,
    coder: opening.CoderName = "",
) -> None:
    """Apply the codebook's keywords: a suggested coding on each sentence that holds one, with the reason."""
    from qualkit.coding.keywords import Keywords

    opened = opening.open_here(ctx)
    texts = _texts(opened, opening.chosen(opened, sources))
    how = _How(Keywords(opened.study.codebook), opening.coder_name(opened, coder), accept, moderator)
    total = sum(_apply_to(opened, text, how) for text in texts)
    what = "applied" if accept else "suggested"
    output.say(
        f"{total} codings {what} by {how.coder}. Next: qualkit excerpts{'' if accept else ' --status suggested'}"
    )


def _texts(opened: OpenStudy, sources: list[Source]) -> list[_Text]:
    """All of them, or none where one of their files has an error."""
    from qualkit.store.material import read_material
    from qualkit.store.transcripts import read_words

    material, problems = read_material(opened.folder, sources)
    refuse_errors([*opened.problems, *problems], "nothing was applied: the study has errors")
    return [_Text(s, material.transcripts.get(s.id), read_words(opened.folder.words(s.id))) for s in sources]


def _apply_to(opened: OpenStudy, text: _Text, how: _How) -> int:
    """Write the new codings of one source into the coder's journal; gives their number."""
    from qualkit.coding.apply import acts_to_write
    from qualkit.store.material import journal_writer

    source = text.source.id
    if (transcript := text.transcript) is None:
        output.say(f"{source}: no transcript yet")
        return 0
    leave_out = (lambda _: False) if how.moderator else opened.study.moderates(source)
    with journal_writer(opened.folder, source, how.coder) as journal:
        acts = acts_to_write(
            transcript, how.keywords, text.words, journal.acts, coder=how.coder, accept=how.accept, leave_out=leave_out
        )
        journal.append(acts)
    followed = sum(act.act == "place" for act in acts)
    output.say(f"{source}: {len(acts) - followed} new{f', {followed} followed their words' if followed else ''}")
    return len(acts) - followed
