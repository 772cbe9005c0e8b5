"""The saturation curve: how many codes each source adds, and how many there are by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qualkit.analysis.saturation import Coded, Event, Reached, curve, reached
from qualkit.formats.headings import in_language
from qualkit.model.study import Study
from qualkit.report.drawing import box, cut, stroke, text
from qualkit.report.frame import SMALL, Body, Sign, framed, made
from qualkit.report.palette import LIGHT

_HIGH, _STEP, _LEAST = 260, 26, 420  # pixels: the picture, a source, and the picture's width at least
_LEFT, _NAME, _TOP = 44, 130, 22
_BAR, _LINE = LIGHT.steps[2][0], LIGHT.steps[5][0]


@dataclass(frozen=True)
class Choice:
    """What is taken as saturation (see `analysis.saturation`)."""

    base: int
    run: int
    threshold: float


def saturation_picture(found: Coded, study: Study, choice: Choice, when: str, version: str) -> str:
    """Bars for new codes, a line for all so far, and where saturation was reached. Sources as they stand in `found`."""
    say = in_language(study.settings.language)
    events = curve(list(found.codes.values()))
    result = reached(events, choice.base, choice.run, choice.threshold)
    ended = say("not reached") if result.sources is None else result.text
    heading = say("new codes of the finished sources, by their dates")
    words = {"base": choice.base, "run": choice.run, "threshold": f"{choice.threshold:g}", "reached": ended}
    answer = say("base {base}, run {run}, at most {threshold} % new: {reached}").format(**words)
    numbers = {"sources": len(events), "codes": events[-1].total if events else 0}
    described = say("{sources} sources bring {codes} codes.").format(**numbers)
    body = _drawn(list(found.codes), events, result, f"{described} {answer}")
    legend = [[Sign(say("new codes"), _BAR), Sign(say("codes in all"), _LINE)], [Sign(answer)]]
    left_out = [say("Not finished, so left out: {names}").format(names=", ".join(found.left_out))]
    remarks = [*(left_out if found.left_out else []), made(say, when, version)]
    return framed(study.settings.title or say("(no title)"), heading, body, legend, remarks)


def _drawn(names: Sequence[str], events: Sequence[Event], result: Reached, described: str) -> Body:
    most = max((event.total for event in events), default=1) or 1
    step = max(_STEP, _LEAST / max(1, len(events)))
    wide = step * len(events)

    def y(count: float) -> float:
        return _TOP + _HIGH * (1 - count / most)

    parts = []
    for count in ticks(most):
        parts.append(stroke([(_LEFT, y(count)), (_LEFT + wide, y(count))], LIGHT.rule))
        parts.append(text(_LEFT - 8, y(count) + 4, str(count), anchor="end", size=SMALL))
    points = []
    for number, (name, event) in enumerate(zip(names, events, strict=True)):
        x = _LEFT + step * number
        high = _HIGH * len(event.new) / most
        if high:
            parts.append(box(x + step * 0.2, y(len(event.new)), step * 0.6, high, _BAR))
        foot = x + step / 2 + 4, _TOP + _HIGH + 14
        parts.append(text(*foot, cut(name, _NAME, SMALL), anchor="end", size=SMALL, turn=-45))
        points.append((x + step / 2, y(event.total)))
    parts.append(stroke(points, _LINE, width=2.5))
    parts += [box(px - 3, py - 3, 6, 6, _LINE) for px, py in points]
    if result.sources is not None:
        x = _LEFT + step * result.sources
        parts.append(stroke([(x, _TOP), (x, _TOP + _HIGH)], LIGHT.accent, width=1.5, dashed=True))
        parts.append(text(x, _TOP - 6, result.text, anchor="middle", bold=True, fill=LIGHT.accent))
    return Body(_LEFT + wide + 12, _TOP + _HIGH + _NAME * 0.8, parts, described)


def ticks(most: int) -> list[int]:
    """Whole numbers from 0 to about `most`, four to eight of them, a round step apart."""
    step = next(size * 10**power for power in range(12) for size in (1, 2, 5) if most <= 7 * size * 10**power)
    return list(range(0, most + 1, step))
