"""Peak memory of `qualkit transcribe`: six hours may take at most 300 MB more than ten minutes. Linux.

    python benchmarks/memory.py [--json FILE]

Needs the annotated recordings and the speakers' networks in ../shared/data. The whole command runs, as a person starts
it: reading, planning with its detector of speech, two windows at once, what was heard so far on the disk, words,
segments, speakers found from the sound, the transcript; only the engine is none (benchmarks/at_once.py). The recording
is ten minutes of the annotated ones, over and over. Counted is the most that the process, and any that it starts, ever
held (VmHWM).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import av
import numpy as np
from harness import QUALKIT, Figures, held, report

from qualkit.store.new import make_study
from qualkit.transcribe.audio import RATE, decode

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
RECORDINGS = ("swedish_four_voices", "libri_4spk", "english_read", "ami_dev_2spk", "ami_trn78_4spk")
LOOP = 600  # seconds
AT_ONCE = [sys.executable, str(Path(__file__).with_name("at_once.py"))]
LENGTHS = {"ten minutes": 1, "six hours": 36}  # times the loop
MOST = 300  # MB that six hours may take more than ten minutes


def loop() -> Any:
    """Ten minutes of the annotated recordings, as 16-bit samples."""
    sound = np.concatenate([block for name in RECORDINGS for block in decode(SHARED / "audio" / f"{name}.flac")])
    sound = np.tile(sound, -(-LOOP * RATE // len(sound)))[: LOOP * RATE]
    return np.clip(sound * 32_767, -32_768, 32_767).astype(np.int16)


def write_recording(path: Path, sound: Any, times: int) -> None:
    with av.open(str(path), "w") as made:
        stream: Any = made.add_stream("flac", rate=RATE, layout="mono", options={"compression_level": "0"})
        written = 0
        for _ in range(times):
            for at in range(0, len(sound), RATE):
                frame = av.AudioFrame.from_ndarray(sound[None, at : at + RATE], "s16", "mono")
                frame.sample_rate, frame.pts = RATE, written
                written += frame.samples
                made.mux(stream.encode(frame))
        made.mux(stream.encode(None))


def study(root: Path, recording: Path) -> Path:
    folder = make_study(root)
    rows = ["id;title;kind;municipality;date;language;recording;asked", f"a;A;interview;;;sv;{recording};"]
    folder.sources.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return root


def children(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def measured(command: list[str], environment: dict[str, str], said: Path) -> dict[str, float]:
    """Runs it to its end: MB of it, and of what it started, when all is heard and at the end; seconds."""
    begun = time.perf_counter()
    most: dict[int, float] = {}
    heard = 0.0
    with open(said, "wb") as words:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=words)
    while process.poll() is None:
        for one in [process.pid, *children(process.pid)]:
            with contextlib.suppress(OSError):  # it may just have ended
                most[one] = max(most.get(one, 0.0), held(one))
        if not heard and b"100 %" in said.read_bytes():
            heard = sum(most.values())
        time.sleep(0.1)
    if process.returncode:
        sys.exit(f"failed: {' '.join(command)}\n{said.read_text(encoding='utf-8')}")
    return {"MB, all heard": heard, "MB, at the end": sum(most.values()), "seconds": time.perf_counter() - begun}


def main() -> None:
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        environment = os.environ | {"XDG_CACHE_HOME": str(root / "cache")}
        get = ["models", "get", "speakers", "--from", str(SHARED / "models")]
        subprocess.run([*QUALKIT, *get], env=environment, check=True, stdout=subprocess.DEVNULL)
        model = root / "model"
        model.mkdir()
        for name in ("model.bin", "config.json", "tokenizer.json"):
            (model / name).write_text("{}", encoding="utf-8")
        sound = loop()
        for name, times in LENGTHS.items():
            recording = root / f"{times}.flac"
            write_recording(recording, sound, times)
            command = [*AT_ONCE, "--study", str(study(root / f"study-{times}", recording)), "transcribe"]
            asked = ["--model", str(model), "--jobs", "2"]
            figures[name] = measured([*command, *asked], environment, root / "said.txt")
            recording.unlink()
    more = {column: figures["six hours"][column] - figures["ten minutes"][column] for column in figures["six hours"]}
    figures["six hours more than ten minutes"] = more
    report(f"Peak memory of qualkit transcribe without its engine (bar: {MOST} MB more)", figures)
    if more["MB, at the end"] > MOST:
        sys.exit("six hours take too much memory")


if __name__ == "__main__":
    if not SHARED.is_dir() or not Path("/proc/self/status").exists():
        sys.exit(f"needs Linux, and the annotated recordings: {SHARED}")
    main()
