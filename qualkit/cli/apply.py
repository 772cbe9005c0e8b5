"""qualkit apply"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import opening, output
from qualkit.errors import refuse_errors

if TYPE_CHECKING:
    from qualkit.coding.apply import Keywords
    from qualkit.model.source import Source
    from qualkit.store.project import OpenStudy


@dataclass(frozen=True)
class _How:
    keywords: Keywords
    coder: str
    accept: bool
    moderator: bool


def apply(
    ctx: typer.Context,
    sources: opening.Sources = None,
    accept: Annotated[bool, typer.Option("--accept", help="Apply the codings instead of suggesting them.")] = False,
    moderator: Annotated[bool, typer.Option("--moderator", help="Look at what moderators say, too.")] = False,
    coder: opening.CoderName = "",
) -> None:
    """Apply the codebook's keywords: a suggested coding on each sentence that holds one, with the reason."""
    from qualkit.coding.apply import Keywords

    opened = opening.open_here(ctx)
    refuse_errors(opened.problems, "nothing was applied: the study has errors")
    how = _How(Keywords(opened.study.codebook), opening.coder_name(opened, coder), accept, moderator)
    total = 0
    for source in opening.chosen(opened, sources):
        total += _apply_to(opened, source, how)
    what = "applied" if accept else "suggested"
    output.say(
        f"{total} codings {what} by {how.coder}. Next: qualkit excerpts{'' if accept else ' --status suggested'}"
    )


def _apply_to(opened: OpenStudy, source: Source, how: _How) -> int:
    """Write the new codings of one source into the coder's journal; gives their number."""
    from qualkit.coding.apply import acts_to_write
    from qualkit.store.project import journal_writer, read_material
    from qualkit.store.transcripts import read_words

    material, problems = read_material(opened.folder, [source])
    refuse_errors(problems, f"nothing was applied to {source.id}: its files have errors")
    transcript = material.transcripts.get(source.id)
    if transcript is None:
        output.say(f"{source.id}: no transcript yet")
        return 0
    words = read_words(opened.folder.words(source.id))
    leave_out = (lambda _: False) if how.moderator else opened.study.moderates(source.id)
    with journal_writer(opened.folder, source.id, how.coder) as journal:
        acts = acts_to_write(
            transcript, how.keywords, words, journal.acts, coder=how.coder, accept=how.accept, leave_out=leave_out
        )
        journal.append(acts)
    output.say(f"{source.id}: {len(acts)} new")
    return len(acts)
