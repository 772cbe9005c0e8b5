"""The journal: an act that was reported done is on disk, whatever happens next."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualkit.coding.fold import State, fold
from qualkit.errors import QualkitError
from qualkit.model.act import ACTS, Act
from qualkit.model.coding import Anchor
from qualkit.model.noun import replace
from qualkit.store import journals
from qualkit.store.journals import Journal, act_id, read_journal, writing

posix = pytest.mark.skipif(os.name != "posix", reason="limits and signals as POSIX knows them")
ANCHOR = Anchor("s1", 0, "s1", 3, "Hej", "", " då\n", 0.0, 1.5)
CODE = Act("", "", "anna", "code", anchor=ANCHOR, code="a.b")


class Here:
    """A journal in a folder, and short ways to use it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "a.anna.jsonl"
        self.lock = folder / "locks" / "a.lock"
        self.torn = folder / "a.anna.torn"

    def append(self, *acts: Act) -> list[Act]:
        with writing(self.path, "transcripts/a.anna.jsonl", self.lock) as writer:
            return writer.append(acts)

    def read(self) -> Journal:
        return read_journal(self.path, "transcripts/a.anna.jsonl")

    def told(self) -> list[tuple[int, str, bool]]:
        found = self.read().problems
        return [(int(p.where.removeprefix("transcripts/a.anna.jsonl:")), p.message, p.warning) for p in found]


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path)


def full(*_: object) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


# Appending and reading


def test_acts_come_back_as_they_were_written(here: Here) -> None:
    first = here.append(CODE, Act("", "", "anna", "finish"))
    second = here.append(Act("", "", "anna", "memo", about="source", text="Rad 1\nrad 2 ”å”\u2028"))
    assert here.read() == Journal((*first, *second), (), b"", here.path.stat().st_size)
    lines = here.path.read_bytes().split(b"\n")
    assert len(lines) == 4 and lines[-1] == b""
    assert b'"anchor"' not in lines[1] and b'"text"' not in lines[0]


def test_ids_and_times_are_those_of_now(here: Here) -> None:
    before = datetime.now(UTC)
    (done,) = here.append(CODE)
    assert len(done.id) == 26 and done.time.endswith("+00:00")
    assert before - timedelta(seconds=1) < datetime.fromisoformat(done.time) < before + timedelta(seconds=60)
    assert replace(done, id="", time="") == CODE


def test_nothing_to_write_makes_no_file(here: Here) -> None:
    assert here.append() == []
    assert not here.path.exists()
    assert here.read() == Journal()


def test_a_writer_knows_what_it_wrote(here: Here) -> None:
    with writing(here.path, "j", here.lock) as writer:
        writer.append([CODE])
        writer.append([CODE])
        assert len(writer.acts) == 2
    assert tuple(writer.acts) == here.read().acts


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ANCHORS = st.builds(
    Anchor, TEXTS, st.integers(0, 99), TEXTS, st.integers(0, 99), TEXTS, TEXTS, TEXTS,
    st.one_of(st.none(), st.floats(0, 1e6)), st.none(),
)  # fmt: skip
ANY_ACT = st.builds(
    Act, st.just(""), st.just(""), TEXTS, st.sampled_from(ACTS), anchor=st.one_of(st.none(), ANCHORS),
    code=TEXTS, origin=st.sampled_from(["hand", "keyword"]), reason=TEXTS, target=TEXTS, about=TEXTS, text=TEXTS,
)  # fmt: skip


@given(st.lists(st.lists(ANY_ACT, max_size=3), max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_act_comes_back(here: Here, batches: list[list[Act]]) -> None:
    here.path.unlink(missing_ok=True)
    done = [act for batch in batches for act in here.append(*batch)]
    assert here.read().acts == tuple(done)
    assert [replace(act, id="", time="") for act in done] == [act for batch in batches for act in batch]
    assert [act.id for act in done] == sorted({act.id for act in done})


# Ids


@given(st.lists(st.integers(0, 2**48 - 1), min_size=2, max_size=20))
def test_ids_are_always_later_than_the_one_before(clock: list[int]) -> None:
    ids = [""]
    for milliseconds in clock:
        ids.append(act_id(milliseconds, after=ids[-1]))
    assert ids[1:] == sorted(set(ids[1:]))
    assert all(len(id) == 26 for id in ids[1:])


@given(st.integers(0, 2**48 - 2), st.integers(1, 10**9))
def test_ids_sort_by_time(milliseconds: int, later: int) -> None:
    assert act_id(milliseconds) < act_id(min(milliseconds + later, 2**48 - 1))


def test_an_id_by_hand() -> None:
    assert act_id(0, random=lambda bits: 0) == "0" * 26
    assert act_id(1, random=lambda bits: 0) == "0" * 9 + "1" + "0" * 16
    assert act_id(0, after="0" * 25 + "z", random=lambda bits: 0) == "0" * 24 + "10"


def test_two_copies_that_go_on_from_one_act_make_different_ids() -> None:
    """Also when that act came from a clock that was ahead: else one of the two acts would be lost in the merge."""
    last = act_id(4_000_000_000_000)
    ids = {act_id(1_700_000_000_000, after=last) for _ in range(200)}
    assert len(ids) == 200 and min(ids) > last


def test_ids_go_on_when_the_clock_goes_back(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        when = datetime(2030, 1, 1, tzinfo=UTC)

        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return cls.when

    monkeypatch.setattr(journals, "datetime", Clock)
    ids = []
    for year in (2030, 2026, 2026, 2031):
        Clock.when = datetime(year, 1, 1, tzinfo=UTC)
        ids += [act.id for act in here.append(CODE, CODE)]
    assert ids == sorted(set(ids)) and len(ids) == 8
    assert [act.time[:4] for act in here.read().acts] == ["2030"] * 2 + ["2026"] * 4 + ["2031"] * 2


# What can be wrong with a file


def test_every_cut_of_the_last_line_is_set_aside_byte_for_byte(here: Here) -> None:
    here.append(CODE)
    (last,) = here.append(Act("", "", "anna", "memo", about="source", text="åäö"))
    whole = here.path.read_bytes()
    begin = whole.index(b"\n") + 1
    for cut in range(begin + 1, len(whole) - 1):
        here.torn.unlink(missing_ok=True)
        here.path.write_bytes(whole[:cut])
        journal = here.read()
        assert (len(journal.acts), journal.torn) == (1, whole[begin:cut])
        assert [(line, warning) for line, _, warning in here.told()] == [(2, True)]
        assert here.path.read_bytes() == whole[:cut], "reading changes nothing"
        if cut % 20 == 0:
            (new,) = here.append(CODE)
            assert here.torn.read_bytes() == whole[begin:cut] + b"\n"
            assert here.path.read_bytes().startswith(whole[:begin])
            assert here.read().acts[1:] == (new,) and here.told() == []
    here.path.write_bytes(whole[:-1])
    assert here.read().acts[1] == last


def test_two_torn_lines_are_both_kept_aside(here: Here) -> None:
    for number in (1, 2):
        here.append(CODE)
        with here.path.open("ab") as file:
            file.write(b'{"v":1,"torn":%d' % number)
    here.append(CODE)
    assert here.torn.read_bytes() == b'{"v":1,"torn":1\n{"v":1,"torn":2\n'
    assert len(here.read().acts) == 3


def test_opening_without_writing_leaves_a_torn_line_where_it_is(here: Here) -> None:
    here.append(CODE)
    here.path.write_bytes(before := here.path.read_bytes() + b'{"v"')
    here.append()
    assert here.path.read_bytes() == before and not here.torn.exists()


def test_a_whole_last_line_without_its_end_is_an_act(here: Here) -> None:
    first, second = here.append(CODE, CODE)
    here.path.write_bytes(here.path.read_bytes()[:-1])
    assert here.read().acts == (first, second) and here.told() == []
    (third,) = here.append(CODE)
    assert here.read().acts == (first, second, third) and not here.torn.exists()


@pytest.mark.parametrize("change", [lambda b: b.replace(b"\n", b"\r\n"), lambda b: b"\xef\xbb\xbf" + b,
                                    lambda b: b"\xef\xbb\xbf" + b[:-1], lambda b: b"\n\n" + b + b" \n\r\n",
                                    lambda b: b + b"\0" * 512])  # fmt: skip
def test_what_editors_and_disks_do_to_a_file_loses_no_act(here: Here, change: object) -> None:
    done = here.append(CODE)
    here.path.write_bytes(change(here.path.read_bytes()))  # type: ignore[operator]
    assert here.read().acts == tuple(done) and here.told() == []
    done += here.append(CODE)
    assert here.read().acts == tuple(done) and here.told() == [] and not here.torn.exists()


@pytest.mark.parametrize(
    "line",
    [b'{"v":1,"id":"x"', b"hej", b'["a"]', b'{"v":1,"id":1}', b'{"id":"x","text":"\xff"}', b"{}", b"\xff\xfe", b"null"],
)
def test_a_broken_middle_line_is_an_error_and_nothing_is_appended(here: Here, line: bytes) -> None:
    here.append(CODE, CODE)
    first, second, _ = here.path.read_bytes().split(b"\n")
    here.path.write_bytes(broken := b"\n".join([first, line, second, b""]))
    assert here.told() == [(2, "this line is not a whole act", False)]
    assert len(here.read().acts) == 2
    with pytest.raises(QualkitError, match="not a whole act") as caught:
        here.append(CODE)
    assert caught.value.where == "transcripts/a.anna.jsonl:2"
    assert here.path.read_bytes() == broken


@pytest.mark.parametrize(
    "line",
    [
        b'{"v":2,"id":"x","time":"","coder":"anna","act":"code"}',
        b'{"v":2,"something":"else"}',
        b'{"v":2,"id":7,"anchor":"text"}',
        b'{"v":1,"id":"x","time":"","coder":"anna","act":"merge"}',
    ],
)
@pytest.mark.parametrize("end", [b"\n", b""])
def test_acts_of_a_newer_version_are_never_touched(here: Here, line: bytes, end: bytes) -> None:
    here.append(CODE)
    here.path.write_bytes(before := here.path.read_bytes() + line + end)
    ((number, message, warning),) = here.told()
    assert (number, warning) == (2, False) and "newer qualkit" in message
    with pytest.raises(QualkitError, match="newer qualkit"):
        here.append(CODE)
    assert here.path.read_bytes() == before


def test_fields_that_a_newer_qualkit_adds_are_no_error(here: Here) -> None:
    here.path.write_bytes(b'{"v":1,"id":"0","time":"","coder":"b","act":"finish","mood":"good"}\n')
    assert here.told() == [] and here.read().acts[0].coder == "b"


def test_the_marks_of_a_git_conflict(here: Here) -> None:
    here.append(CODE, CODE)
    first, second, _ = here.path.read_bytes().split(b"\n")
    marks = [b"<<<<<<< HEAD", first, b"||||||| base", b"=======", second, b">>>>>>> other", b""]
    here.path.write_bytes(b"\n".join(marks))
    assert [line for line, _, _ in here.told()] == [1, 3, 4, 6]
    assert {message for _, message, _ in here.told()} == {"git left a conflict mark here"}
    assert len(here.read().acts) == 2
    with pytest.raises(QualkitError, match="conflict"):
        here.append(CODE)


# Full disks


@pytest.mark.parametrize("tail", [b"", b'{"v":1,"id":"'])
def test_a_full_disk_leaves_every_act_as_it_was(here: Here, monkeypatch: pytest.MonkeyPatch, tail: bytes) -> None:
    done = here.append(CODE)
    whole = here.path.read_bytes()
    here.path.write_bytes(whole + tail)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(QualkitError, match="the disk is full"):
        here.append(CODE)
    assert here.path.read_bytes() == whole + tail
    monkeypatch.undo()
    done += here.append(CODE)
    assert here.read().acts == tuple(done) and here.told() == []


def test_the_same_writer_goes_on_when_there_is_space_again(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """The torn piece is set aside once: a second time would cut off whole acts."""
    done = here.append(CODE, CODE)
    with here.path.open("ab") as file:
        file.write(torn := b'{"v":1,"id":"abc","time":"2026')
    fsync, calls = os.fsync, 0

    def third_time_full(file: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:  # the piece beside the journal, the journal cut, the new act
            full()
        fsync(file)

    with writing(here.path, "j", here.lock) as writer:
        monkeypatch.setattr(os, "fsync", third_time_full)
        with pytest.raises(QualkitError, match="the disk is full"):
            writer.append([CODE])
        assert here.read().acts == tuple(done)
        done += writer.append([CODE])
        done += writer.append([CODE])
    assert here.read().acts == tuple(done) and here.told() == []
    assert here.torn.read_bytes() == torn + b"\n"


@posix
@pytest.mark.parametrize("room", [0, 1, 100, 400])
def test_a_disk_that_fills_up_within_a_line_leaves_the_file_byte_for_byte(here: Here, room: int) -> None:
    here.append(CODE)
    before = here.path.read_bytes()
    script = f"""
import resource, sys
sys.path.insert(0, {str(Path(__file__).resolve().parents[1])!r})
from tests.test_journals import CODE, Here, Path
from qualkit.errors import QualkitError
here = Here(Path({str(here.path.parent)!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + room}, resource.RLIM_INFINITY))
try:
    here.append(CODE, CODE)
except QualkitError as error:
    print(error.what)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8")
    assert (done.stdout, done.stderr) == ("the disk is full; nothing was changed\n", "")
    assert here.path.read_bytes() == before


def test_a_crash_of_the_program_while_writing_leaves_the_file(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> NoReturn:
        raise KeyboardInterrupt

    here.append(CODE)
    before = here.path.read_bytes()
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        here.append(CODE)
    assert here.path.read_bytes() == before


def test_a_first_act_on_a_full_disk_leaves_no_empty_journal(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(QualkitError, match="the disk is full"):
        here.append(CODE)
    assert not here.path.exists()


def test_an_act_is_synced_before_it_is_reported(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda file: sizes.append(os.fstat(file).st_size))
    here.append(CODE, CODE)
    assert sizes[0] == here.path.stat().st_size  # then the folder's list of names
    here.append(CODE)
    assert sizes[-1] == here.path.stat().st_size


# Several programs at once

WRITER = """
import sys
sys.path.insert(0, {root!r})
from tests.test_journals import CODE, Here, Path
from qualkit.store.journals import writing
here = Here(Path({folder!r}))
with writing(here.path, "j", here.lock) as writer:
    print("ready", flush=True)
    while True:
        if {idle}:
            sys.stdin.read()
        for act in writer.append([CODE, CODE]):
            print(act.id, flush=True)
"""


def start(here: Here, *, idle: bool) -> subprocess.Popen[str]:
    script = WRITER.format(root=str(Path(__file__).resolve().parents[1]), folder=str(here.path.parent), idle=idle)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", script], text=True, **pipes)  # type: ignore[call-overload,no-any-return]


def test_a_lock_held_by_another_process_is_said_at_once_and_readers_never_wait(here: Here) -> None:
    here.append(CODE)
    with start(here, idle=True) as other:
        try:
            assert other.stdout is not None and other.stdout.readline() == "ready\n"
            began = time.monotonic()
            with pytest.raises(QualkitError, match="another qualkit is writing to this journal") as caught:
                here.append(CODE)
            assert len(here.read().acts) == 1
            assert time.monotonic() - began < 2
            assert caught.value.where == str(here.path)
        finally:
            other.kill()
    here.append(CODE)
    assert len(here.read().acts) == 2


@posix
@pytest.mark.parametrize("rounds", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_a_killed_process_loses_no_act_that_it_reported(here: Here, rounds: int) -> None:
    chance, reported = random.Random(rounds), list[str]()
    for _ in range(rounds):
        with start(here, idle=False) as other:
            assert other.stdout is not None and other.stdout.readline() == "ready\n"
            time.sleep(chance.random() * 0.05)
            other.send_signal(signal.SIGKILL)
            reported += [line for line in other.stdout.read().split("\n") if len(line) == 26]
        journal = here.read()
        assert {act.id for act in journal.acts} >= set(reported)
        assert all(problem.warning for problem in journal.problems)
    assert len(reported) > rounds


# The state is a fold


def coding(number: int, kind: str = "code") -> Act:
    return Act(f"{number:02d}", "2026", "anna", kind, anchor=ANCHOR, code="a.b")


def on(number: int, kind: str, target: int) -> Act:
    return Act(f"{number:02d}", "2026", "anna", kind, target=f"{target:02d}")


def plain(number: int, kind: str, coder: str = "anna") -> Act:
    return Act(f"{number:02d}", "2026", coder, kind)


@pytest.mark.parametrize(
    ("acts", "codings"),
    [
        ([coding(1)], {"01": "applied"}),
        ([coding(1, "suggest")], {"01": "suggested"}),
        ([coding(1, "suggest"), on(2, "accept", 1)], {"01": "applied"}),
        ([coding(1, "suggest"), on(2, "reject", 1)], {"01": "rejected"}),
        ([coding(1, "suggest"), on(2, "reject", 1), on(3, "accept", 1)], {"01": "applied"}),
        ([coding(1, "suggest"), on(2, "accept", 1), on(3, "undo", 2)], {"01": "suggested"}),
        ([coding(1, "suggest"), on(2, "reject", 1), on(3, "undo", 2), on(4, "undo", 3)], {"01": "rejected"}),
        ([coding(1), on(2, "remove", 1)], {}),
        ([coding(1), on(2, "remove", 1), on(3, "undo", 2)], {"01": "applied"}),
        ([coding(1), on(2, "remove", 1), on(3, "remove", 1), on(4, "undo", 2)], {}),
        ([coding(1), on(2, "undo", 1)], {}),
        ([coding(1), on(2, "undo", 1), on(3, "undo", 2)], {"01": "applied"}),
        ([coding(1), on(2, "undo", 1), on(3, "undo", 2), on(4, "undo", 3)], {}),
        ([coding(1), on(2, "undo", 1), on(3, "undo", 1), on(4, "undo", 3)], {}),
        ([coding(1, "suggest"), on(2, "undo", 1), on(3, "accept", 1)], {}),
        ([on(1, "accept", 9), on(2, "remove", 9), on(3, "undo", 9)], {}),
        ([coding(1), coding(1), coding(2)], {"01": "applied", "02": "applied"}),
    ],
)
def test_the_state_by_hand(acts: list[Act], codings: dict[str, str]) -> None:
    state = fold("a", acts)
    assert {id: one.status for id, one in state.codings.items()} == codings


def test_what_was_removed_is_remembered_until_the_removal_is_undone() -> None:
    acts = [coding(1, "suggest"), on(2, "reject", 1), on(3, "remove", 1)]
    state = fold("a", acts)
    assert (list(state.codings), state.removed["01"].status) == ([], "rejected")
    assert fold("a", [*acts, on(4, "undo", 3)]).removed == {}


def placed(number: int, target: int, quote: str) -> Act:
    return Act(f"{number:02d}", "2026", "anna", "place", anchor=replace(ANCHOR, quote=quote), target=f"{target:02d}")


@pytest.mark.parametrize(
    ("acts", "quote"),
    [
        ([placed(2, 1, "a")], "a"),
        ([placed(2, 1, "a"), placed(3, 1, "b")], "b"),
        ([placed(3, 1, "b"), placed(2, 1, "a")], "b"),
        ([placed(2, 1, "a"), placed(3, 1, "b"), on(4, "undo", 3)], "a"),
        ([placed(2, 1, "a"), placed(3, 1, "b"), on(4, "undo", 2)], "b"),
        ([placed(2, 1, "a"), on(3, "undo", 2)], "Hej"),
        ([placed(2, 1, "a"), on(3, "undo", 2), on(4, "undo", 3)], "a"),
        ([placed(2, 9, "a"), on(3, "place", 1)], "Hej"),
        ([on(2, "remove", 1), placed(3, 1, "a"), on(4, "undo", 2)], "a"),
    ],
)
def test_a_coding_stands_where_the_newest_act_placed_it(acts: list[Act], quote: str) -> None:
    assert fold("a", [coding(1), *acts]).codings["01"].anchor == replace(ANCHOR, quote=quote)


def test_what_was_removed_is_placed_too() -> None:
    state = fold("a", [coding(1), on(2, "remove", 1), placed(3, 1, "a")])
    assert (state.codings, state.removed["01"].anchor.quote) == ({}, "a")


def test_finish_and_reopen_are_each_coders_own() -> None:
    acts = [plain(1, "finish"), plain(2, "finish", "bo"), plain(3, "reopen"), plain(4, "reopen", "cy")]
    assert fold("a", acts[:2]).finished == {"anna", "bo"}
    assert fold("a", acts).finished == {"bo"}
    assert fold("a", [*acts, on(5, "undo", 3)]).finished == {"anna", "bo"}
    assert fold("a", [*acts, on(5, "undo", 2)]).finished == set()


def test_a_memo_and_its_undo() -> None:
    memo = Act("01", "2026", "anna", "memo", about="source", text="Obs")
    state = fold("a", [memo])
    assert [(one.about, one.text, one.coder) for one in state.memos.values()] == [("source", "Obs", "anna")]
    assert fold("a", [memo, on(2, "undo", 1)]) == State()


@st.composite
def histories(draw: st.DrawFn) -> list[Act]:
    acts: list[Act] = []
    for number in range(draw(st.integers(1, 14))):
        kind = draw(st.sampled_from(ACTS))
        target = draw(st.integers(0, number - 1)) if number else 99
        coder = draw(st.sampled_from(["anna", "bo"]))
        anchor = ANCHOR if kind in ("code", "suggest") else None
        acts.append(Act(f"{number:02d}", "2026", coder, kind, anchor=anchor, target=f"{target:02d}"))
    return acts


def replayed(acts: Sequence[Act]) -> dict[str, str]:
    """Plain and slow: an act counts unless a later undo of it counts."""

    def counts(act: Act) -> bool:
        return not any(
            undo.act == "undo" and undo.target == act.id and counts(undo) for undo in acts if undo.id > act.id
        )

    status: dict[str, str] = {}
    for act in filter(counts, acts):
        if act.act in ("code", "suggest"):
            status[act.id] = {"code": "applied", "suggest": "suggested"}[act.act]
        elif act.act in ("accept", "reject") and act.target in status:
            status[act.target] = {"accept": "applied", "reject": "rejected"}[act.act]
        elif act.act == "remove":
            status.pop(act.target, None)
    return status


@given(histories(), st.data())
@settings(max_examples=150, deadline=None)
def test_the_state_does_not_depend_on_order_and_copies(acts: list[Act], data: st.DataObject) -> None:
    state = fold("a", acts)
    again = data.draw(st.permutations(acts + data.draw(st.lists(st.sampled_from(acts), max_size=10))))
    other = fold("a", again)
    assert other == state
    assert list(other.codings) == list(state.codings) and list(other.memos) == list(state.memos)
    assert {id: one.status for id, one in state.codings.items()} == replayed(acts)


@given(histories(), st.data())
@settings(max_examples=200, deadline=None)
def test_undoing_the_last_act_gives_the_state_before_it(acts: list[Act], data: st.DataObject) -> None:
    undo = Act("98", "2026", "anna", "undo", target=acts[-1].id)
    assert fold("a", [*acts, undo]) == fold("a", acts[:-1])
    redo = Act("99", "2026", "anna", "undo", target="98")
    assert fold("a", [*acts, undo, redo]) == fold("a", acts)


def test_two_copies_of_a_journal_merge_line_by_line(here: Here, tmp_path: Path) -> None:
    """As git's union merge does it: all lines of both, in any order, some twice."""
    here.append(coding(0))
    common = here.path.read_bytes()
    here.append(Act("", "", "anna", "finish"))
    mine = here.path.read_bytes()
    here.path.write_bytes(common)
    here.append(coding(0, "suggest"))
    theirs = here.path.read_bytes()
    for merged in (mine + theirs, theirs + mine, theirs + mine.removeprefix(common)):
        here.path.write_bytes(merged)
        state = fold("a", here.read().acts)
        assert [one.status for one in state.codings.values()] == ["applied", "suggested"]
        assert state.finished == {"anna"}


@pytest.mark.parametrize("change", [lambda b: b, lambda b: b[:-1], lambda b: b.replace(b"\n", b"\r\n"),
                                    lambda b: b.replace(b"\n", b"\n\n", 1), lambda b: b[:-9],
                                    lambda b: b"\xef\xbb\xbf" + b, lambda b: b + b"x\n", lambda b: b""])  # fmt: skip
def test_a_journal_read_in_one_go_is_what_its_lines_say(
    here: Here, monkeypatch: pytest.MonkeyPatch, change: Callable[[bytes], bytes]
) -> None:
    here.append(CODE, Act("", "", "anna", "finish"), Act("", "", "anna", "reopen"))
    here.path.write_bytes(change(here.path.read_bytes()))
    at_once = here.read()
    monkeypatch.setattr("qualkit.store.journals._whole", lambda _: None)
    by_line = here.read()
    assert at_once == by_line and list(at_once.lines) == list(by_line.lines)
