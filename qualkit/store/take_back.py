"""Speakers named as before: a change of labels taken back, exactly, or as far as the files still show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from qualkit.model.act import Act, LabelChange, RowChange
from qualkit.store.journals import Writer
from qualkit.store.labels import Label
from qualkit.store.relabel import SpeakerFiles

_NAMED = 8  # segments named in a remark


@dataclass
class TakenBack:
    """How much is as before, and what is not quite: sentences for people."""

    segments: int = 0
    rows: int = 0
    remarks: list[str] = field(default_factory=list)


def take_back(files: SpeakerFiles, act: Act, journal: Writer, coder: str) -> TakenBack:
    """Give labels and rows of a `rename` or `join` back: both files or neither, then the journal."""
    done = TakenBack()
    new: dict[Label, str] = {}
    for change in act.labels:
        new |= dict.fromkeys(_labels(files, act, change, done), change.old)
        if change.row:
            _row(files, act, change, change.row, done)
    done.segments = len({label.segment for label in new})
    files.write(new)
    journal.append([Act("", "", coder, "undo", target=act.id)])
    return done


def _labels(files: SpeakerFiles, act: Act, change: LabelChange, done: TakenBack) -> list[Label]:
    """The labels that become the old one again.

    A new name was nobody's, so segments that got it since are the old speaker's as well; of joined speakers only those
    segments go back of which the act knows that they were, and none where all of them say something else by now: the
    same ids stand in a transcript that was made anew.
    """
    if act.act == "join" and _anew(files, change):
        gone = f"{_few(change.segments)} of {change.old}"
        done.remarks.append(f"the transcript was made anew since; left as it is: {gone}")
        return []
    ours, others = set(change.segments), {id for other in act.labels for id in other.segments}
    here = [label for label in files.labels if label.speaker == change.new]
    since = [label for label in here if ours and act.act == "rename" and label.segment not in others]
    if since:
        done.remarks.append(
            f"{_few({label.segment for label in since})} became {change.new} since; now {change.old} too"
        )
    speakers = {label.segment: label.speaker for label in reversed(files.labels)}
    if lost := [id for id in change.segments if speakers.get(id) not in (change.new, change.old)]:
        done.remarks.append(f"{_few(lost)} of {change.old} got another speaker since, or went; left as it is")
    taken = {id for id, speaker in speakers.items() if speaker == change.old and id not in ours | others}
    if taken and ours and act.act == "rename" and change.old not in {other.new for other in act.labels}:
        done.remarks.append(f"{_few(taken)} became {change.old} since; one speaker with the others now")
    return [label for label in here if label.segment in ours or label in since]


def _anew(files: SpeakerFiles, change: LabelChange) -> bool:
    """Whether those of its segments that are still there all say something else."""
    both = zip(files.said(change.segments), change.said, strict=False)  # journals from before `said` know nothing
    there = [now == before for now, before in both if now]
    return bool(there) and not any(there)


def _row(files: SpeakerFiles, act: Act, change: LabelChange, row: RowChange, done: TakenBack) -> None:
    records, now, old = files.records, files.row(change.new), files.row(change.old)
    if old and records.written(old) == row.before:
        return  # the files could not be written when the act was done
    if old and change.old not in {other.new for other in act.labels}:
        done.remarks.append(f"{files.table}:{old.line}: {change.old} has another row by now; it stays")
    elif not records.table.headings or (row.after and now is None):
        done.remarks.append(f"{files.table}: the row of {change.new} is gone; it was: {row.before.strip()}")
    elif row.after and now:
        same = records.written(now) == row.after
        records.replace(now, row.before if same else records.labelled(records.written(now), change.old))
        done.rows += 1
    else:
        same = records.cells(row.before) == row.cells
        records.put_back(row.line, row.before if same else records.row_of(dict(row.cells)))
        done.rows += 1


def _few(ids: Iterable[str]) -> str:
    named = sorted(ids)
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return f"segment{'s' if len(named) > 1 else ''} {', '.join(named[:_NAMED])}{more}"
