"""A new code while coding: named from the words or typed, under the theme chosen, written into the codebook's file."""

from __future__ import annotations

from qualkit.errors import QualkitError
from qualkit.tui import choices
from qualkit.tui.acts import Coding
from qualkit.tui.asking import Ask
from qualkit.tui.chooser import Chooser
from qualkit.tui.signs import plain


class Coining(Coding):
    """Name, theme, definition; then the code stands in the codebook and on the words."""

    def action_code_in_vivo(self) -> None:
        """A new code, named from the words that are chosen."""
        words = choices.as_name(self.words())
        self.app.push_screen(Ask("a new code is called", words), lambda name: self.coin(name or ""))

    def coin(self, name: str) -> None:
        """A new code of that name: ask for its theme."""
        name = plain(" ".join(name.split()))
        codebook = self.desk.opened.study.codebook
        if not name or self.desk.read_only:
            self.tell_of("read-only here: no code can be added" if self.desk.read_only else "")
        elif known := next((one for one in codebook.codes.values() if one.name.casefold() == name.casefold()), None):
            self.put(known.id)
        else:
            window = Chooser(f"'{name}' belongs to the theme", choices.themes(codebook))
            self.app.push_screen(window, lambda theme: self._define(name, theme[0]) if theme else None)

    def _define(self, name: str, theme: str) -> None:
        window = Ask(f"'{name}' means (its definition)", f"”{' '.join(self.words().split())}”")
        self.app.push_screen(window, lambda definition: self._add(name, theme, definition or ""))

    def _add(self, name: str, theme: str, definition: str) -> None:
        definition = plain(" ".join(definition.split()))
        if not definition:
            self.tell_of("no code was added: a code needs a definition")
            return
        try:
            code = self.desk.new_code(theme, name, definition)
        except QualkitError as error:
            self.tell_of(" - ".join(filter(None, (error.what, error.hint))))
            return
        self.view.take(self.session, self.desk.opened.study.codebook)
        self.put(code.id)
