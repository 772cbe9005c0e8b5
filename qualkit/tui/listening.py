"""Listening while coding: play from the cursor, stop, back, slower, faster, follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualkit.coding.spoken_at import second_of, word_at
from qualkit.errors import QualkitError
from qualkit.tui import playing
from qualkit.tui.acts import Acting

if TYPE_CHECKING:
    from textual.timer import Timer

_EVERY = 0.1  # seconds between two looks at where the voice is
_BACK = 3.0


class Listening(Acting):
    """The voice one key away; where there is none, the keys say so."""

    voice: playing.Voice | None = None
    follow = True
    _followed = -1  # the word that the cursor was put on
    _clock: Timer | None = None

    def action_play(self) -> None:
        """Play from the cursor, or stop."""
        if self.voice is not None and self.voice.playing:
            self._silent("stopped")
        elif (voice := self._voice()) is not None:
            second = second_of(self.session, self.session.selection.span[0])
            self._play(voice, second)

    def action_back(self) -> None:
        """Three seconds back."""
        if (voice := self._voice()) is not None:
            here = voice.position() or second_of(self.session, self.session.selection.span[0])
            self._play(voice, here - _BACK)

    def action_pace(self, by: int) -> None:
        """Slower or faster."""
        if (voice := self._voice()) is not None:
            at = playing.SPEEDS.index(voice.speed) + by
            heard, here = voice.playing, voice.position()
            voice.stop()
            voice.speed = playing.SPEEDS[max(0, min(at, len(playing.SPEEDS) - 1))]
            self.tell_of(f"speed {voice.speed:g}")
            if heard:
                self._play(voice, here)

    def action_follow(self) -> None:
        """Let the cursor go with the voice, or stay."""
        self.follow, self._followed = not self.follow, self.session.selection.cursor
        self.tell_of("the cursor goes with the voice" if self.follow else "the cursor stays")

    def quiet(self) -> None:
        """No sound any more: another source, or the end."""
        self.silence()
        self.voice = None
        if self._clock is not None:
            self._clock.stop()
            self._clock = None

    def silence(self) -> None:
        """Stop the sound, also where there is no screen any more."""
        if self.voice is not None:
            self.voice.stop()

    def _voice(self) -> playing.Voice | None:
        """The voice of this source; where there is none, why."""
        if self.voice is None:
            try:
                self.voice = playing.voice_of(self.desk.opened.folder, self.desk.source, self.session)
            except QualkitError as error:
                self.tell_of(error.what)
        return self.voice

    def _play(self, voice: playing.Voice, second: float) -> None:
        voice.play(second)
        self._followed = self.session.selection.cursor
        self.tell_of("playing" if voice.speed == 1 else f"playing, speed {voice.speed:g}")
        if self._clock is None:
            self._clock = self.set_interval(_EVERY, self._look)

    def _look(self) -> None:
        """Where the voice is. The cursor goes with it, until the coder moves it or chooses words."""
        if self.voice is None or not self.voice.playing:
            self._silent(self.voice.failed if self.voice else "")
            return
        selection = self.session.selection
        free = self.follow and selection.anchor is None and selection.cursor == self._followed
        if free and len(self.app.screen_stack) == 2:
            before = self.view.state()
            selection.to(word_at(self.session, self.voice.position()))
            self._followed = selection.cursor
            if before != self.view.state():
                self.view.moved(before)
                self.tell()

    def _silent(self, said: str) -> None:
        self.silence()
        if self._clock is not None:
            self._clock.stop()
            self._clock = None
        self.tell_of(said)
