"""qualkit finish"""

from __future__ import annotations

from typing import Annotated

import typer

from qualkit.cli import opening, output
from qualkit.errors import QualkitError


def finish(
    ctx: typer.Context,
    sources: Annotated[list[str], typer.Argument(help="Ids of the sources that you have coded to the end.")],
    reopen: Annotated[bool, typer.Option("--reopen", help="Take it back: there is more to code.")] = False,
    coder: opening.CoderName = "",
) -> None:
    """Mark sources as finished: from then on an empty cell of the matrix means "not mentioned"."""
    from qualkit.coding.fold import fold
    from qualkit.model.act import Act
    from qualkit.store.material import journal_writer
    from qualkit.store.transcripts import transcript_path

    opened = opening.open_here(ctx)
    name = opening.coder_name(opened, coder)
    chosen = opening.chosen(opened, sources)
    for source in chosen:
        if transcript_path(opened.folder.transcripts, source.id) is None:
            hint = f"qualkit transcribe {source.id}" if source.recording else "qualkit check says what is missing"
            raise QualkitError(f"'{source.id}' has no transcript yet; nothing was marked", hint=hint)
    for source in chosen:
        with journal_writer(opened.folder, source.id, name) as journal:
            if (name in fold(source.id, journal.acts).finished) == reopen:
                journal.append([Act("", "", name, "reopen" if reopen else "finish")])
        output.say(f"{source.id}: {'open again' if reopen else 'finished'} ({name})")
