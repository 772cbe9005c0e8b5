"""Speakers renamed and joined: the labels of a transcript and the rows of participants.csv, changed as one step.

The act is in the journal before the files change, and its undo after they are as before: whatever stops a change
half-way, what was changed stands in an act that can be taken back.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from pathlib import Path

from qualkit.errors import QualkitError, place
from qualkit.model.act import Act, LabelChange, RowChange
from qualkit.model.label import new_label, plain
from qualkit.model.noun import replace
from qualkit.model.source import ROLES, Source
from qualkit.model.study import Study
from qualkit.store.files import NewContent, Stamp, decode, encode_like, read_bytes, write_together
from qualkit.store.journals import Writer
from qualkit.store.labels import Label, exchanged
from qualkit.store.markdown import labels_in_markdown, markdown_label, parse_markdown
from qualkit.store.project import OpenStudy
from qualkit.store.records import Records
from qualkit.store.tables import Row, heading_name
from qualkit.store.transcripts import transcript_path
from qualkit.store.vtt import labels_in_vtt, parse_vtt, vtt_label


def text_of(opened: OpenStudy, source: Source) -> Path:
    """The file that holds a source's text. QualkitError where there is none yet."""
    if path := transcript_path(opened.folder.transcripts, source.id):
        return path
    hint = f"qualkit transcribe {source.id}" if source.recording else "qualkit check says what is missing"
    raise QualkitError(f"'{source.id}' has no transcript yet", hint=hint)


class SpeakerFiles:
    """The two files in which a source's speakers are named, as they were read."""

    def __init__(self, opened: OpenStudy, source: Source) -> None:
        """QualkitError where the source has no transcript, or a file cannot be changed without loss."""
        path = text_of(opened, source)
        self.source, self.path, self.name = source.id, path, opened.folder.name(path)
        self.table = opened.folder.name(opened.folder.participants)
        self._lock = opened.folder.speakers_lock
        self._content = read_bytes(path)
        self._text = decode(self._content)
        if encode_like(self._text, self._content) != self._content:
            hint = "open it in a text editor and save it as UTF-8"
            raise QualkitError("this transcript holds signs that cannot be read", where=self.name, hint=hint)
        markdown = path.suffix == ".md"
        self._written = markdown_label if markdown else vtt_label
        self.labels = list(labels_in_markdown(self._text) if markdown else labels_in_vtt(self._text))
        segments = parse_markdown(self._text) if markdown else parse_vtt(self._text, self.name)[0]
        self._said = {one.id: hashlib.sha256(one.text.encode()).hexdigest()[:8] for one in segments}
        self.records = Records(opened.tables["participants"])

    def segments(self, speaker: str) -> tuple[str, ...]:
        """The ids of the segments with this label."""
        return tuple(dict.fromkeys(label.segment for label in self.labels if label.speaker == speaker))

    def said(self, segments: Sequence[str]) -> tuple[str, ...]:
        """What stands for the text of each of these segments; "" for one that is gone."""
        return tuple(self._said.get(id, "") for id in segments)

    def row(self, speaker: str) -> Row | None:
        """The speaker's row of participants.csv."""
        return self.records.row(self.source, speaker)

    def row_change(self, row: Row, after: str) -> RowChange:
        """What happens to a row, as an act remembers it."""
        before = self.records.written(row)
        return RowChange(row.line, before, after, self.records.cells(before))

    def change(self, old: str, new: str, row: RowChange | None) -> LabelChange:
        """One label becomes another, as an act remembers it."""
        segments = self.segments(old)
        return LabelChange(old, new, segments, row, self.said(segments))

    def pair(self, written: str) -> tuple[str, str]:
        """`S1=Anna` as the label that is there and the other one; labels may hold = themselves."""
        rows = (row.get("speaker") for row in self.records.table.rows if row.get("source") == self.source)
        known = {plain(label): label for label in (*rows, *(label.speaker for label in self.labels)) if label}
        cuts = [at for at, sign in enumerate(written) if sign == "="]
        if not cuts:
            hint = "write the label that is there, = and the other one: S1=Anna"
            raise QualkitError(f"'{written}' does not say who becomes whom", hint=hint)
        cut = next((cut for cut in cuts if plain(written[:cut]) in known), None)
        if cut is None:
            hint = f"one of: {', '.join(known)}" if known else "its transcript tells no speakers apart"
            raise QualkitError(f"there is no speaker '{plain(written[: cuts[0]])}' in '{self.source}'", hint=hint)
        new = new_label(written[cut + 1 :])
        self._written(new)  # refuses what cannot stand there
        return known[plain(written[:cut])], known.get(new, new)

    def write(self, new: dict[Label, str]) -> None:
        """Write the transcript with these labels and the table with its changes: both, or neither."""
        text = exchanged(self._text, self.labels, lambda one: self._written(new[one]) if one in new else None)
        content = encode_like(text, self._content)
        files = [NewContent(self.path, content, Stamp.of(self._content))] if content != self._content else []
        write_together([*self.records.changed(), *files], self._lock)


def renaming(files: SpeakerFiles, written: Sequence[str]) -> Act:
    """The act that gives speakers other labels, each of which is free. QualkitError where one is not."""
    pairs = [files.pair(one) for one in written]
    olds = _once([old for old, _ in pairs])
    _once([new for _, new in pairs], "two speakers cannot both become {}", "to make them one: --join OLD=THE OTHER")
    changes = []
    for old, new in pairs:
        if old == new:
            raise QualkitError(f"'{old}' is called so already", hint="write the old and the new label: S1=Anna")
        row, taken = files.row(old), None if new in olds else files.row(new)
        if (files.segments(new) and new not in olds and files.segments(old)) or (row and taken):
            hint = f"to make {old} and {new} one: qualkit speakers {files.source} --join {old}={new}"
            where = files.name if files.segments(new) else place(files.table, taken.line if taken else None)
            raise QualkitError(f"there is a speaker '{new}' already", where=where, hint=hint)
        change = files.row_change(row, files.records.labelled(files.records.written(row), new)) if row else None
        changes.append(files.change(old, new, change))
    return Act("", "", "", "rename", labels=tuple(changes))


def joining(files: SpeakerFiles, study: Study, written: Sequence[str]) -> Act:
    """The act that makes speakers one with others. QualkitError where their rows say different things."""
    pairs = [files.pair(one) for one in written]
    olds = _once([old for old, _ in pairs])
    changes: list[LabelChange] = []
    held = {new: set(files.segments(new)) for _, new in pairs}
    for old, new in pairs:
        kept, goes = files.row(new), files.row(old)
        if not files.segments(new) and kept is None:
            hint = f"to give {old} another label: qualkit speakers {files.source} --rename {old}={new}"
            raise QualkitError(f"there is no speaker '{new}' in '{files.source}' to join {old} to", hint=hint)
        if old == new or new in olds:
            hint = "name the one that stays behind each =: S3=S1, S4=S1"
            raise QualkitError(f"'{new}' cannot both stay and go", hint=hint)
        if both := held[new].intersection(files.segments(old)):
            hint = "open the transcript and give each of the two a cue of their own"
            raise QualkitError(f"{old} stands in {min(both)} together with another", where=files.name, hint=hint)
        held[new].update(files.segments(old))
        _refuse_different(files, study, old, new)
        after = files.records.labelled(files.records.written(goes), new) if goes and not kept else ""
        changes.append(files.change(old, new, files.row_change(goes, after) if goes else None))
    rows = [change.new for change in changes if change.row and change.row.after]
    _once(rows, "several rows would become that of {}", "join one of them first, then the others")
    return Act("", "", "", "join", labels=tuple(changes))


def carry_out(files: SpeakerFiles, act: Act, journal: Writer, coder: str) -> None:
    """Do it: the journal, then both files; where they cannot be written, the act counts as taken back."""
    new = {change.old: change.new for change in act.labels}
    for change in act.labels:
        if change.row and (row := files.row(change.old)):
            files.records.replace(row, change.row.after)
    (done,) = journal.append([replace(act, coder=coder)])
    try:
        files.write({label: new[label.speaker] for label in files.labels if label.speaker in new})
    except BaseException:
        with contextlib.suppress(QualkitError):
            journal.append([Act("", "", coder, "undo", target=done.id)])
        raise


def _once(labels: list[str], what: str = "{} is named twice", hint: str = "name each speaker once") -> set[str]:
    for label in labels:
        if labels.count(label) > 1:
            raise QualkitError(what.format(f"'{label}'"), hint=hint)
    return set(labels)


def _refuse_different(files: SpeakerFiles, study: Study, old: str, new: str) -> None:
    """Nothing that a person wrote down of a speaker may vanish: what the row that goes says, the other says too."""
    goes, stays = files.row(old), files.row(new)
    if goes is None or stays is None:
        return
    cases = study.source_by_id[files.source].cases
    kept = {"role": ROLES[0], study.settings.case: "".join(cases[:1]) if len(cases) == 1 else ""}
    kept |= _said(files, study, new, stays)
    for heading, cell in _said(files, study, old, goes).items():
        if cell != kept.get(heading):
            told = stays.get(heading) or "nothing"
            hint = f"make the two rows say the same, or delete the row of {old}; nothing was changed"
            what = f"{old} and {new} are not the same {heading}: {goes.get(heading)} and {told} (line {stays.line})"
            raise QualkitError(what, where=place(files.table, goes.line), hint=hint)


def _said(files: SpeakerFiles, study: Study, speaker: str, row: Row) -> dict[str, str]:
    """The filled-in cells of a row; a role and a case as what they mean, however they are written."""
    person = study.speakers[files.source, speaker]
    known = {"role": person.role, study.settings.case: person.case}
    headings = [heading_name(heading) for heading in files.records.table.headings]
    said = {heading: row.get(heading) for heading in headings if heading not in ("", "source", "speaker")}
    return {heading: known.get(heading) or cell for heading, cell in said.items() if cell}
