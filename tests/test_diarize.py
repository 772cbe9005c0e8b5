"""Who speaks when, with the two networks of the shared folder; their tests are passed over where it is not there."""

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from qualkit.errors import QualkitError
from qualkit.transcribe.audio import decode
from qualkit.transcribe.clustering import find_speakers
from qualkit.transcribe.diarize import find_turns
from qualkit.transcribe.speakers import read_rttm
from qualkit.transcribe.voices import RATE, cut, spectra

SHARED = Path(os.environ.get("QUALKIT_SHARED") or Path(__file__).resolve().parents[2] / "shared") / "data"
MODELS, AUDIO = SHARED / "models", SHARED / "audio"
with_models = pytest.mark.skipif(not MODELS.is_dir(), reason=f"no speaker models in {MODELS}")
with_audio = pytest.mark.skipif(
    not (MODELS.is_dir() and AUDIO.is_dir()), reason=f"no speaker models and recordings in {SHARED}"
)


def find(sound, speakers=None, block=RATE, **more):
    blocks = (sound[at : at + block] for at in range(0, len(sound), block))
    return find_turns(blocks, MODELS, speakers=speakers, threads=2, **more)


@pytest.fixture(scope="module")
def talk():
    """Half a minute of three readers in turns."""
    return np.concatenate(list(decode(AUDIO / "libri_4spk.flac")))[: 31 * RATE]


@pytest.fixture(scope="module")
def turns(talk):
    return find(talk)


def voices(kinds, seed=0, spread=0.6):
    """Made voices, each kind around a direction of its own."""
    random = np.random.default_rng(seed)
    middles = random.standard_normal((max(kinds) + 1, 192))
    made = middles[kinds] + spread * random.standard_normal((len(kinds), 192))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


@with_models
@pytest.mark.parametrize("seconds", [0, 0.001, 0.3, 12, 75])
def test_silence_gives_nothing(seconds):
    assert find(np.zeros(int(seconds * RATE), np.float32)) == []


@with_models
def test_noise_gives_nothing():
    assert find(np.random.default_rng(1).normal(0, 0.01, 15 * RATE).astype(np.float32)) == []


@with_models
def test_no_block_at_all():
    assert find_turns(iter(()), MODELS) == []


@with_audio
def test_speakers_are_named_as_they_appear_and_turns_lie_in_the_recording(talk, turns):
    names = list(dict.fromkeys(turn.speaker for turn in turns))
    assert names == [f"S{number}" for number in range(1, len(names) + 1)]
    assert turns == sorted(turns, key=lambda turn: (turn.start, turn.end))
    assert all(0 <= turn.start < turn.end <= len(talk) / RATE + 0.01 for turn in turns)
    for name in names:
        own = [turn for turn in turns if turn.speaker == name]
        assert all(before.end < after.start for before, after in pairwise(own))


@with_audio
def test_three_readers_are_told_apart(turns):
    reference = [turn for turn in read_rttm(AUDIO / "libri_4spk.rttm") if turn.end < 31]
    heard = {}
    for true in reference:
        middle = (true.start + true.end) / 2
        said = {turn.speaker for turn in turns if turn.start <= middle < turn.end}
        heard.setdefault(true.speaker, set()).update(said)
    assert sorted(map(len, heard.values())) == [1, 1, 1]
    assert len(set.union(*heard.values())) == 3


@with_audio
def test_same_input_same_output(talk, turns):
    assert find(talk) == turns


@with_audio
@pytest.mark.parametrize("block", [997, 100_000, 10**9])
def test_size_of_blocks_does_not_matter(talk, turns, block):
    assert find(talk, block=block) == turns


@pytest.mark.slow
@with_audio
def test_size_of_blocks_does_not_matter_beyond_a_minute(talk):
    long = np.concatenate([talk, talk, talk])
    assert find(long, block=5_003) == find(long, block=10**9)


@with_audio
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_number_given_is_kept(talk, count):
    assert len({turn.speaker for turn in find(talk, speakers=(count, count))}) == count


@with_audio
def test_range_given_is_kept(talk):
    assert len({turn.speaker for turn in find(talk, speakers=(1, 2))}) <= 2
    assert len({turn.speaker for turn in find(talk, speakers=(4, 6))}) >= 4


@pytest.mark.slow
@with_audio
def test_progress_reaches_the_end(talk):
    told = []
    find(np.concatenate([talk, talk, talk]), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(3 * len(talk) / RATE, abs=0.02)


@pytest.mark.parametrize("speakers", [(0, 0), (3, 2), (-1, 2)])
def test_impossible_numbers_are_refused(speakers):
    with pytest.raises(QualkitError, match="there cannot be"):
        find_turns(iter(()), MODELS, speakers=speakers)


def test_missing_models_are_named(tmp_path):
    with pytest.raises(QualkitError, match="missing"):
        find_turns([np.zeros(RATE, np.float32)], tmp_path)


def test_damaged_models_are_named(tmp_path):
    pytest.importorskip("onnxruntime")
    for name in ("segmentation-3.0.onnx", "campplus_zh_en_advanced.onnx"):
        (tmp_path / name).write_bytes(b"not a network")
    with pytest.raises(QualkitError, match="cannot be loaded"):
        find_turns([np.zeros(RATE, np.float32)], tmp_path)


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_the_number_of_made_voices_is_found(count):
    kinds = np.arange(40 * count) % count
    made = voices(kinds)
    centres = find_speakers(made, np.full(len(made), 1.5, np.float32))
    assert len(centres) == count
    assert len(set((made @ centres.T).argmax(axis=1)[:count])) == count


def test_many_voices_are_sampled():
    made = voices(np.arange(20_000) % 4)
    assert len(find_speakers(made, np.full(len(made), 1.5, np.float32))) == 4


@pytest.mark.parametrize("pieces", [1, 2, 3])
def test_few_voices(pieces):
    made = voices(np.zeros(pieces, int))
    seconds = np.full(pieces, 1.5, np.float32)
    assert len(find_speakers(made, seconds)) == 1
    assert len(find_speakers(made, seconds, (4, 4))) == pieces
    assert len(find_speakers(made[:0], seconds[:0], (2, 2))) == 0


def test_pieces_are_of_one_lane_and_cover_it():
    lanes = np.zeros((1000, 3), bool)
    lanes[100:500, 0] = True
    lanes[450:700, 1] = True
    pieces = cut(lanes)
    for piece in pieces:
        assert lanes[piece.ticks, piece.lane].all()
        assert len(piece.ticks) <= 187
        assert lanes[piece.ticks].sum(axis=1).max() == 1
    for lane, alone in ((0, range(100, 450)), (1, range(500, 700))):
        assert set(np.concatenate([piece.ticks for piece in pieces if piece.lane == lane])) == set(alone)


def test_a_voice_never_alone_still_gets_a_piece():
    lanes = np.zeros((300, 3), bool)
    lanes[50:250, 0] = True
    lanes[100:200, 1] = True
    assert [piece.solo for piece in cut(lanes) if piece.lane == 1] == [False]


def test_spectra_of_a_tone_peak_at_its_band():
    tone = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE).astype(np.float32)
    energy = spectra(tone)
    assert energy.shape == (98, 80)
    mel = 1127 * np.log1p(np.array([20, 1000, 8000]) / 700)
    expected = (mel[1] - mel[0]) / (mel[2] - mel[0]) * 81 - 1
    assert abs(energy[50].argmax() - expected) <= 1
