"""Several processes that hear at once: one model and one thread each beats one model with all threads."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from qualkit.errors import QualkitError
from qualkit.transcribe import engines
from qualkit.transcribe.engines import Heard, HearingSettings
from qualkit.transcribe.listen import listen

if TYPE_CHECKING:
    from qualkit.transcribe.audio import Samples

Key = TypeVar("Key")
MOST = 4  # processes by default: each holds a model in memory


def default_jobs() -> int:
    """How many processes hear at once unless a person says otherwise."""
    return max(1, min(os.cpu_count() or 1, MOST))


class Workers:
    """Hears windows, in this process (`jobs` = 1) or in several. Ends its processes when it is left."""

    def __init__(self, settings: HearingSettings, jobs: int) -> None:
        self.settings = settings
        self._pipes: list[Connection] = []
        self._processes: list[Any] = []
        if jobs <= 1:
            self._hear = engines.start(settings)
            return
        context = multiprocessing.get_context("spawn")
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, settings), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        for pipe in self._pipes:
            _answer(pipe)

    def hear(self, clips: Iterable[tuple[Key, Samples]]) -> Iterator[tuple[Key, list[Heard]]]:
        """(key, what was heard) for each (key, clip), as they are ready; clips are taken as they are needed."""
        if not self._pipes:
            for key, clip in clips:
                yield key, listen(self._hear, clip)
            return
        busy: dict[Connection, Key] = {}
        todo = iter(clips)
        idle = list(self._pipes)
        while True:
            for pipe in idle:
                if (job := next(todo, None)) is not None:
                    busy[pipe] = job[0]
                    pipe.send(job[1])
            if not busy:
                return
            ready = wait(list(busy))
            idle = [pipe for pipe in self._pipes if pipe in ready]
            for pipe in idle:
                yield busy.pop(pipe), _answer(pipe)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(None if kind is None else 0.5)  # they end when nobody is there to answer
            if process.is_alive():
                process.terminate()
                process.join(5)


def _work(pipe: Connection, settings: HearingSettings) -> None:
    """What each process does: hear what comes until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that owns this one
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            hear = engines.start(settings)
            pipe.send(None)
            while True:
                pipe.send(listen(hear, pipe.recv()))
        except QualkitError as error:
            pipe.send(error)


def _answer(pipe: Connection) -> Any:
    """What a process sends; its known errors are raised here."""
    try:
        answer = pipe.recv()
    except EOFError as error:
        hint = "memory may be short: close other programs, or try --jobs 1"
        raise QualkitError("a process that was hearing has ended", hint=hint) from error
    if isinstance(answer, QualkitError):
        raise answer
    return answer
