"""qualkit speakers"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import opening, output
from qualkit.errors import QualkitError, refuse_errors

if TYPE_CHECKING:
    from qualkit.analysis.speaking import Speaking
    from qualkit.model.act import Act, LabelChange
    from qualkit.model.source import Source
    from qualkit.store.project import OpenStudy
    from qualkit.store.relabel import SpeakerFiles

_TABLE = "participants.csv"


def speakers(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="A source's id.")],
    rename: Annotated[
        list[str] | None, typer.Option(metavar="OLD=NEW", help="S1=Anna: S1 is called Anna. Once for each speaker.")
    ] = None,
    join: Annotated[
        list[str] | None, typer.Option(metavar="GOES=STAYS", help="S3=S1: what S3 says is S1's. Once for each speaker.")
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back the last rename or join, then the one before.")
    ] = False,
    clips: Annotated[bool, typer.Option("--clips", help="Write a clip of each speaker to exports/.")] = False,
    coder: opening.CoderName = "",
) -> None:
    """Show who speaks in a transcript, how much, and where to hear them; rename speakers, or join two into one.

    Labels change in the transcript and in participants.csv; codings stay on their words. Each change is an act in the
    coder's journal, which keeps the old label.
    """
    if sum(map(bool, (rename, join, undo, clips))) > 1:
        raise QualkitError("one thing at a time", hint="give --rename, --join, --undo or --clips")
    opened = opening.open_here(ctx)
    one = opening.chosen(opened, [source])[0]
    if undo:
        _undo(opened, one, coder)
    elif rename or join:
        _change(opened, one, rename or [], join or [], coder)
    else:
        _show(opened, one, clips)


def _show(opened: OpenStudy, source: Source, clips: bool) -> None:
    from qualkit.analysis.speaking import speaking
    from qualkit.store.relabel import text_of
    from qualkit.store.transcripts import read_transcript

    path = text_of(opened, source)
    transcript, _ = read_transcript(path, source.id, opened.folder.name(path))
    if not transcript.speakers:
        hint = (
            f"found by the machine: qualkit transcribe {source.id} --again; by hand: <v S1> before the words of a cue"
        )
        raise QualkitError("this transcript tells no speakers apart", where=opened.folder.name(path), hint=hint)
    found = speaking(transcript)
    _table(opened, source, found)
    _tell_rows(opened, source, transcript.speakers)
    if source.recording:
        _listen(opened, source, found, clips)
    elif clips:
        raise QualkitError(f"the source '{source.id}' has no sound", hint="fill in the column recording of sources.csv")


def _table(opened: OpenStudy, source: Source, found: Sequence[Speaking]) -> None:
    shares = ["share", "minutes"] if found[0].seconds is not None else ["of the words"]
    headings = ["speaker", "participant", "role", opened.study.settings.case, *shares, "words", "first words"]
    rows = [_row(opened, source, one) for one in found]
    output.table(headings, rows, numbers=range(4, len(headings) - 1), least=(3, 2, 5))


def _row(opened: OpenStudy, source: Source, one: Speaking) -> list[str]:
    study = opened.study
    person = study.speakers.get((source.id, one.speaker)) if one.speaker else None
    cases = (person.case,) if person and person.case else source.cases
    who = [person.id, person.role] if person else ["-", "-"]
    names = "-" if person and person.moderator else ", ".join(study.case_by_id[case].name for case in cases)
    minutes = [] if one.seconds is None else [f"{one.seconds / 60:.1f}"]
    return [one.speaker or "(nobody)", *who, names, f"{one.share:.0%}", *minutes, str(one.words), one.first_words]


def _tell_rows(opened: OpenStudy, source: Source, labels: Sequence[str]) -> None:
    """Where the transcript and participants.csv name different speakers."""
    rows = [person.speaker for person in opened.study.participants if person.source == source.id]
    if without := [label for label in labels if label not in rows]:
        output.say(f"no row in {_TABLE}: {', '.join(without)}  (qualkit check gives the lines to add)")
    if silent := [label for label in rows if label not in labels]:
        output.say(f"in {_TABLE}, but not in the transcript: {', '.join(silent)}")


def _listen(opened: OpenStudy, source: Source, found: Sequence[Speaking], clips: bool) -> None:
    """The command or the file with which each speaker can be heard."""
    from qualkit.transcribe.clip import clock

    heard = {one.speaker: one.listen for one in found if one.speaker and one.listen}
    files = _files(source, heard)
    output.say("to listen:")
    for speaker, (start, end) in heard.items():
        if clips:
            how = _write_clip(opened, source, files[speaker], start, end)
        else:
            how = f"qualkit clip {source.id} {clock(start)} {clock(end)}"
        output.say(f"  {speaker}  {how}")
    if not clips and heard:
        output.say(f"or all of them as files: qualkit speakers {source.id} --clips")


def _files(source: Source, speakers: Iterable[str]) -> dict[str, str]:
    """A name for each speaker's clip that every system takes, no two alike."""
    import re
    from itertools import count

    names: dict[str, str] = {}
    for speaker in speakers:
        plain = f"{source.id}-{re.sub(r'[^0-9A-Za-zÀ-ÿ_-]+', '-', speaker).strip('-') or 'speaker'}"
        taken = {name.casefold() for name in names.values()}
        tries = (f"{plain}{'' if number == 1 else -number}.mp3" for number in count(1))
        names[speaker] = next(name for name in tries if name.casefold() not in taken)
    return names


def _write_clip(opened: OpenStudy, source: Source, name: str, start: float, end: float) -> str:
    from qualkit.store.exports import write_export
    from qualkit.transcribe.clip import clip

    file = opened.folder.root / "exports" / name
    write_export(opened.folder, file, clip(opened.folder.recording(source), start, end, ".mp3"))
    return str(file)


def _change(opened: OpenStudy, source: Source, rename: list[str], join: list[str], coder: str) -> None:
    from qualkit.store.material import journal_writer
    from qualkit.store.relabel import SpeakerFiles, carry_out, joining, renaming

    refuse_errors([p for p in opened.problems if _TABLE in p.where], f"nothing was changed: {_TABLE} has errors")
    name = opening.coder_name(opened, coder)
    before = _acts(opened, source, "nothing was changed: a journal has errors")
    files = SpeakerFiles(opened, source)
    act = renaming(files, rename) if rename else joining(files, opened.study, join)
    told = [_told(files, act, change) for change in act.labels]  # of the rows as they are now
    with journal_writer(opened.folder, source.id, name) as journal:
        journal.follow(before)  # the last change is the one to take back, whoever made it
        carry_out(files, act, journal, name)
    for line in told:
        output.say(line)
    output.say(f"done, and in {name}'s journal; to take it back: qualkit speakers {source.id} --undo")


def _acts(opened: OpenStudy, source: Source, refusal: str) -> tuple[Act, ...]:
    """What all coders did with a source."""
    from qualkit.store.material import read_material

    material, problems = read_material(opened.folder, [source])
    refuse_errors([problem for problem in problems if ".jsonl" in problem.where], refusal)
    return material.acts[source.id]


def _told(files: SpeakerFiles, act: Act, change: LabelChange) -> str:
    """What a change touches."""
    what = "becomes" if act.act == "rename" else "becomes one with"
    row, stays = change.row, files.row(change.new)
    if row is None:
        line = f"no row of {files.table}"
    elif row.after:
        line = f"line {row.line} of {files.table}"
    else:
        line = f"line {row.line} of {files.table} goes, line {stays.line if stays else 0} stays"
    return f"{change.old} {what} {change.new}: {output.count(len(change.segments), 'segment')} of {files.name}, {line}"


def _undo(opened: OpenStudy, source: Source, coder: str) -> None:
    from qualkit.coding.fold import standing
    from qualkit.store.material import journal_writer
    from qualkit.store.relabel import SpeakerFiles
    from qualkit.store.take_back import take_back

    name = opening.coder_name(opened, coder)
    acts = _acts(opened, source, "nothing was taken back: a journal has errors")
    done = [act for act in standing(acts) if act.act in ("rename", "join")]
    if not done:
        raise QualkitError(f"no speaker of '{source.id}' was renamed or joined", hint="there is nothing to take back")
    with journal_writer(opened.folder, source.id, name) as journal:
        back = take_back(SpeakerFiles(opened, source), done[-1], journal, name)
    what = ", ".join(f"{change.old} to {change.new}" for change in done[-1].labels)
    output.say(f"taken back: {done[-1].act} {what} ({done[-1].coder}, {done[-1].time[:16].replace('T', ' ')} UTC)")
    output.say(f"as before: {output.count(back.segments, 'segment')}, {output.count(back.rows, 'row')} of {_TABLE}")
    for remark in back.remarks:
        output.say(f"but: {remark}")
