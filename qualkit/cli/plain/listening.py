"""The voice, line by line: it plays while the next command is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualkit.cli import output
from qualkit.cli.plain.here import Plain, when
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.tui.playing import Voice

_BACK = 3.0  # seconds


def play(plain: Plain, rest: str) -> None:
    """Play from the cursor or what is chosen to the end, or this segment only."""
    from qualkit.coding.spoken_at import second_of

    second = second_of(plain.session, plain.selection.span[0])
    if rest == "segment":
        _play(plain, plain.segment.start or 0.0, plain.segment.end)
    elif rest:
        raise QualkitError(f"there is no 'play {rest}'", hint="play, or play segment")
    else:
        _play(plain, second)


def _play(plain: Plain, second: float, end: float | None = None) -> None:
    """Play on from a second at the speed of before, up to `end` where it is given."""
    from qualkit.tui.playing import voice_of

    voice = voice_of(plain.desk.opened.folder, plain.desk.source, plain.session, until=end)
    quiet(plain)
    plain.voice, voice.speed = voice, plain.speed
    voice.play(second)
    speed = f", speed {voice.speed:g}" if voice.speed != 1 else ""
    output.say(f"playing from {when(second)}{speed}")


def stop(plain: Plain, rest: str) -> None:
    """Silence; the cursor goes to where the voice is, unless `follow off`."""
    from qualkit.coding.spoken_at import word_at

    voice = _heard(plain)
    voice.stop()
    output.say(f"stopped at {when(voice.position())}")
    if plain.follow:
        before = plain.at
        plain.selection.drop()
        plain.selection.to(word_at(plain.session, voice.position()))
        if plain.at != before:
            plain.show()
        plain.say_cursor()


def back(plain: Plain, rest: str) -> None:
    """Three seconds back, and on."""
    from qualkit.coding.spoken_at import second_of

    here = plain.voice.position() if plain.voice else 0.0
    _play(plain, (here or second_of(plain.session, plain.selection.span[0])) - _BACK)


def slower(plain: Plain, rest: str) -> None:
    """Slower."""
    _pace(plain, -1)


def faster(plain: Plain, rest: str) -> None:
    """Faster."""
    _pace(plain, 1)


def _pace(plain: Plain, by: int) -> None:
    from qualkit.tui.playing import SPEEDS, voice_of

    voice = plain.voice or voice_of(plain.desk.opened.folder, plain.desk.source, plain.session)
    heard, here = voice.playing, voice.position()
    voice.stop()
    at = SPEEDS.index(plain.speed) + by
    voice.speed = plain.speed = SPEEDS[max(0, min(at, len(SPEEDS) - 1))]
    output.say(f"speed {voice.speed:g}")
    if heard:
        voice.play(here)


def follow(plain: Plain, rest: str) -> None:
    """Let the cursor go where the voice stops, or stay."""
    plain.follow = on_or_off(rest, plain.follow)
    output.say("the cursor goes where the voice stops" if plain.follow else "the cursor stays")


def on_or_off(said: str, now: bool) -> bool:
    """What "on" or "off" means; neither is the other way round than now."""
    if said not in ("", "on", "off"):
        raise QualkitError(f"'{said}' is neither on nor off")
    return not now if not said else said == "on"


def _heard(plain: Plain) -> Voice:
    if plain.voice is None or not plain.voice.playing:
        raise QualkitError("nothing plays", hint="play")
    return plain.voice


def quiet(plain: Plain) -> None:
    """No sound any more."""
    if plain.voice is not None:
        plain.voice.stop()


def say_failure(plain: Plain) -> None:
    """Tell once why the voice went silent."""
    if plain.voice is not None and plain.voice.failed:
        output.say(plain.voice.failed)
        plain.voice = None
