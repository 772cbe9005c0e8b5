"""Several windows heard at once: threads that share one model, each with its own part of the processor.

Engines work outside Python's lock, so threads are as fast as processes, start at once, and hold the model once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from qualkit.errors import QualkitError
from qualkit.transcribe import engines
from qualkit.transcribe.again import again
from qualkit.transcribe.engines import Heard, HearingSettings
from qualkit.transcribe.listen import listen

if TYPE_CHECKING:
    from qualkit.transcribe.audio import Samples

Key = TypeVar("Key")
WAKE = 0.2  # seconds after which Ctrl+C is looked for


class Workers:
    """Hears windows, as many at once as its settings say."""

    def __init__(self, settings: HearingSettings) -> None:
        self.settings = settings
        self._hear = engines.start(settings)
        self._pool = ThreadPoolExecutor(settings.jobs, thread_name_prefix="hearing")

    def hear(self, clips: Iterable[tuple[Key, Samples]]) -> Iterator[tuple[Key, list[Heard]]]:
        """(key, what was heard) for each (key, clip), as they are ready; one clip is taken ahead.

        Never more than `jobs` clips have been begun and not been given back: that is what a kill costs.
        """
        todo = iter(clips)
        ahead = next(todo, None)
        busy: dict[Future[list[Heard]], Key] = {}
        while ahead or busy:
            while ahead and len(busy) < self.settings.jobs:
                busy[self._pool.submit(self._listen, ahead[1])] = ahead[0]
                ahead = next(todo, None)
            ready, _ = wait(busy, WAKE, FIRST_COMPLETED)
            for future in [future for future in busy if future in ready]:
                yield busy.pop(future), future.result()

    def _listen(self, clip: Samples) -> list[Heard]:
        try:
            return again(self._hear, clip, listen(self._hear, clip))
        except (MemoryError, RuntimeError) as error:
            hint = "memory may be short: close other programs, or try --jobs 1 or a smaller model"
            raise QualkitError(
                f"the speech engine broke off: {str(error) or type(error).__name__}", hint=hint
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=kind is None, cancel_futures=True)  # a window under way cannot be stopped: cli/main.py
