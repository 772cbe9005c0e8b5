"""Where two coders differ as a page: one file that needs nothing else, for reading side by side and printing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from qualkit.analysis.differences import Mark, Passage, said
from qualkit.formats.comparison import ComparisonExport, by_coder, method_lines, where

_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1rem; margin: 2.2rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem; border: 1px solid #bbb; overflow-wrap: anywhere; }
th { background: #eee; } .code { font-weight: 600; } .words { white-space: pre-line; margin: .2rem 0 .8rem; }
mark { background: #ffe08a; text-decoration: underline; } .none, .remark { color: #595959; }
dl { display: grid; grid-template-columns: 15rem 1fr; } dt { font-weight: 600; } dd { margin: 0; }
@media print { body { margin: 0; max-width: none; } section { break-inside: avoid; } }"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(export: ComparisonExport) -> bytes:
    """The page's bytes, UTF-8. Every word of the study is escaped, and the page may load nothing."""
    say, (first, second) = export.say, export.found.coders
    about = export.study.settings.title or say("where they differ")
    title = say("{first} and {second}: {title}").format(first=first, second=second, title=about)
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{escape(export.study.settings.language)}"><head><meta charset="utf-8">',
        f"<title>{escape(title)}</title>",
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>',
        f"<h1>{escape(title)}</h1>",
        *(
            line
            for number, passage in enumerate(export.found.passages, 1)
            for line in _section(export, number, passage)
        ),
        *([] if export.found.passages else [f"<p>{escape(say('They do not differ.'))}</p>"]),
        f"<h2>{escape(say('How it was made'))}</h2><dl>",
        *(f"<dt>{escape(label)}</dt><dd>{escape(words)}</dd>" for label, words in method_lines(export)),
        "</dl></body></html>",
    ]
    return "\n".join(lines).encode("utf-8") + b"\n"


def _section(export: ComparisonExport, number: int, passage: Passage) -> Iterator[str]:
    """A passage: where it is, what differs, and the two coders side by side."""
    place = ", ".join([passage.source.title, where(passage), *passage.speakers])
    yield f'<section lang="{escape(passage.source.language or export.study.settings.language)}">'
    yield f"<h2>{number}. {escape(place)}</h2>"
    shared = ", ".join(export.code(code) for code in passage.shared)
    remark = "{kind}, {size} letters; both have here: {shared}" if shared else "{kind}, {size} letters"
    told = export.say(remark).format(kind=export.kind(passage), size=passage.size, shared=shared)
    yield f'<p class="remark">{escape(told)}</p>'
    yield "<table><tr>" + "".join(f"<th>{escape(coder)}</th>" for coder in export.found.coders) + "</tr><tr>"
    for groups in by_coder(passage):
        cells = [_marked(export, passage, those) for those in groups]
        yield "<td>" + ("".join(cells) or '<p class="none">-</p>') + "</td>"
    yield "</tr></table></section>"


def _marked(export: ComparisonExport, passage: Passage, marks: Sequence[Mark]) -> str:
    """The codes, and the passage's words with those marked that the codes stand on."""
    codes = "; ".join(export.code(mark.code) for mark in marks)
    line, begin, end = passage.line, marks[0].begin, marks[0].end
    before, words, after = (
        escape(said(line, *part)) for part in ((passage.begin, begin), (begin, end), (end, passage.end))
    )
    gaps = ["\n" if cut in line.starts and text else "" for cut, text in ((begin, before), (end, after))]
    return (
        f'<p class="code">{escape(codes)}</p><p class="words">{before}{gaps[0]}<mark>{words}</mark>{gaps[1]}{after}</p>'
    )
