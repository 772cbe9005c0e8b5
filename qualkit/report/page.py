"""The report page: one HTML file that needs nothing else, and that the browser itself keeps from asking for more."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict
from hashlib import sha256
from importlib import resources
from typing import Any

from qualkit.analysis.matrix import UNFINISHED_MARK
from qualkit.analysis.measures import MEASURES
from qualkit.formats.matrix_method import method_lines, warning
from qualkit.report.contents import Extras, contents, in_script, sound_data
from qualkit.report.frame import duration, notes
from qualkit.report.map import SOURCE, ground, page_map
from qualkit.report.palette import DARK, LIGHT, ranges
from qualkit.report.view import View, whole_numbers

MANY = 6  # columns; where there are more, their headings stand upright


def page(view: View, extras: Extras | None = None) -> bytes:
    """The page's bytes, UTF-8. At its top stands that it holds personal data, or what was held back."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    extras = extras or Extras()
    templates = Environment(
        loader=PackageLoader("qualkit.report", "template"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = templates.get_template("page.css").render(light=asdict(LIGHT), dark=asdict(DARK))
    script = resources.files("qualkit.report").joinpath("template/page.js").read_text(encoding="utf-8")
    template = templates.get_template("page.html")
    made = template.render(
        say=view.say,
        view=view,
        style=style,
        script=script,
        policy=policy(style, script),
        data=in_script(contents(view, extras)),
        sound=in_script(sound_data(view, extras)) if extras.sounds else "",
        map=_map(view),
        boundaries=view.say(SOURCE),
        warning=warning(view.export),
        about=_about(view, extras),
        **_table(view),
    )
    return made.encode("utf-8")


def policy(style: str, script: str) -> str:
    """The content security policy: this style, this script, sound from within the page, and nothing else."""
    hashes = {name: _hash(text) for name, text in (("style", style), ("script", script))}
    return (
        f"default-src 'none'; style-src '{hashes['style']}'; script-src '{hashes['script']}'; "
        "media-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def _table(view: View) -> dict[str, Any]:
    """What the template shows of the matrix."""
    matrix = view.export.matrix
    looks = {row: [view.look(row, column) for column in matrix.columns] for row in matrix.rows}
    most, whole = view.most, whole_numbers(matrix.cells.values())
    spans = {step: (view.number(low), view.number(high)) for step, (low, high) in ranges(most, whole=whole).items()}
    kinds = dict.fromkeys(excerpt.source.kind for excerpt in view.export.excerpts)
    return {
        "looks": looks,
        "steps": {step: low if low == high else f"{low}–{high}" for step, (low, high) in spans.items()},
        "hours": {row: duration(view, known.hours) if known.hours else "–" for row, known in matrix.basis.items()},
        "kinds": {kind: view.say(kind) for kind in kinds},
        "upright": len(matrix.columns) > MANY,
        "mark": UNFINISHED_MARK,
        "quoted": not view.export.note or any(cell.excerpts for cell in matrix.cells.values()),
        "notes": notes(view),
        "unique_of": view.say("excerpts" if MEASURES[matrix.request.measure].of in ("row", "column") else "unique"),
    }


def _about(view: View, extras: Extras) -> list[tuple[str, str]]:
    """How the matrix was made. Coders have no names here unless they are asked for; the note stands at the top."""
    left_out = {"Note", "List of excerpts"} | (set() if extras.coders else {"Coders"})
    labels = {view.say(label) for label in left_out}
    return [(label, words) for label, words in method_lines(view.export) if label not in labels]


def _map(view: View) -> str:
    found = ground(view)
    return page_map(view, found) if found else ""
