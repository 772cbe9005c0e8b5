"""What the report page holds beside its table: the excerpts behind each figure, and what its script says."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.zeros import HELD_BACK
from qualkit.coding.fold import State
from qualkit.formats.matrix import clock
from qualkit.formats.matrix_method import ZERO_WORDS
from qualkit.report.view import View


@dataclass(frozen=True)
class Extras:
    """What enters the page only where it is asked for."""

    sounds: Mapping[int, bytes] = field(default_factory=dict)  # number of an excerpt -> an MP3 file
    memos: Mapping[str, Sequence[str]] = field(default_factory=dict)  # coding's id -> what is noted about it
    coders: bool = False


def contents(view: View, extras: Extras) -> dict[str, Any]:
    """The page's data: rows and columns by their numbers, each excerpt once, in the order of the material.

    `cells`: [row, column, excerpts]; an excerpt: its words, its source, who speaks, when, its codes, then extras.
    """
    export, matrix = view.export, view.export.matrix
    columns = list(matrix.columns)
    behind = {
        (i, j): matrix.cells[row, column].excerpts
        for i, row in enumerate(matrix.rows)
        for j, column in enumerate(columns)
        if matrix.cells[row, column].excerpts
    }
    shown = sorted({number for numbers in behind.values() for number in numbers})
    number_of = {number: n for n, number in enumerate(shown)}
    sources = {export.excerpts[number].source.id: export.excerpts[number].source for number in shown}
    source_of = {id: n for n, id in enumerate(sources)}
    return {
        "language": export.study.settings.language,
        "excerpts": [
            _excerpt(view, export.excerpts[number], source_of[export.excerpts[number].source.id], extras)
            for number in shown
        ],
        "sources": [
            [one.title or ("" if export.note else one.id), one.kind, view.say(one.kind), one.language]
            for one in sources.values()
        ],
        "cells": [[i, j, [number_of[number] for number in numbers]] for (i, j), numbers in behind.items()],
        "words": page_words(view),
    }


def sound_data(view: View, extras: Extras) -> dict[int, str]:
    """The sound of the page's excerpts by their numbers there, in base64."""
    matrix = view.export.matrix
    shown = sorted({number for cell in matrix.cells.values() for number in cell.excerpts})
    return {
        n: b64encode(extras.sounds[number]).decode("ascii") for n, number in enumerate(shown) if number in extras.sounds
    }


def _excerpt(view: View, excerpt: Excerpt, source: int, extras: Extras) -> list[Any]:
    codes, column_of = view.export.study.codebook.codes, view.export.matrix.column_of
    codings = [coding for coding in excerpt.codings if coding.code in column_of]
    names = list(dict.fromkeys(codes[coding.code].name for coding in codings))
    time = clock(excerpt.anchor.start) or excerpt.anchor.first
    made = [excerpt.anchor.quote, source, ", ".join(excerpt.participants), time, names]
    if not extras.coders and not extras.memos:
        return made
    coders = list(dict.fromkeys(coding.coder for coding in codings)) if extras.coders else []
    return [*made, coders, [memo for coding in codings for memo in extras.memos.get(coding.id, ())]]


def page_words(view: View) -> dict[str, str]:
    """What the script says, in the study's language."""
    say = view.say
    return {
        "shown": say("{n} of {total} excerpts"),
        "one": say("1 excerpt"),
        "many": say("{n} excerpts"),
        "fits": say("{n} of {total} excerpts fit the search and the filter."),
        "all": say("Show all {n}"),
        "more": say("Show {n} more"),
        "none": say("No excerpt fits. Take a word or a filter away."),
        "no excerpts": say("There are no excerpts here."),
        "everything": say("all"),
        "sound": say("Sound of the excerpt"),
        "coders": say("coded by"),
        "memo": say("memo"),
        "map": say("Map"),
        f"zero {HELD_BACK}": say(HELD_BACK),
        **{f"zero {zero}": f"{say(zero)}: {say(words)}." for zero, words in ZERO_WORDS.items()},
    }


def noted(folded: Mapping[str, State]) -> dict[str, list[str]]:
    """The memos on codings, by the coding's id."""
    found: dict[str, list[str]] = {}
    for state in folded.values():
        for memo in state.memos.values():
            if memo.about.startswith("coding:"):
                found.setdefault(memo.about.removeprefix("coding:"), []).append(memo.text)
    return found


def in_script(data: object) -> str:
    """JSON that can stand inside a script element: nothing in it can end the element or begin a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
