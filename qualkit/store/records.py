"""Rows of participants.csv changed in place: what is not changed keeps every byte, so that it can be taken back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

from qualkit.errors import QualkitError, refuse_errors
from qualkit.store.files import NewContent, Stamp, decode, encode_like, read_bytes
from qualkit.store.tables import Row, Table, heading_name


class Records:
    """The file behind a table in pieces, each a row or a line, and what is to stand there instead."""

    def __init__(self, table: Table) -> None:
        """QualkitError where the table has errors, or its file changed since it was read."""
        refuse_errors(table.problems, f"nothing was changed: {table.path.name} has errors")
        self.table = table
        self._content = read_bytes(table.path) if table.stamp != Stamp(None) else b""
        text = decode(self._content)
        if table.stamp not in (Stamp(None), Stamp.of(self._content)):
            hint = "save and close it there, then run the command again"
            raise QualkitError("another program changed this file meanwhile", where=str(table.path), hint=hint)
        if encode_like(text, self._content) != self._content:
            hint = "open it in the program that wrote it and save it as CSV UTF-8"
            raise QualkitError("this table holds signs that cannot be read", where=str(table.path), hint=hint)
        lines, ends = _lines(text), {row.line: row.last for row in table.rows}
        self._pieces: dict[int, str] = {}  # by the first line of each
        line = 1
        while line <= len(lines):
            last = ends.get(line, line)
            self._pieces[line] = "".join(lines[line - 1 : last])
            line = last + 1
        self._back: list[tuple[int, str]] = []

    def row(self, source: str, speaker: str) -> Row | None:
        """The row of a speaker, if there is one."""
        return next((r for r in self.table.rows if (r.get("source"), r.get("speaker")) == (source, speaker)), None)

    def written(self, row: Row) -> str:
        """A row letter by letter, with its line end."""
        return self._pieces[row.line]

    def cells(self, written: str) -> tuple[tuple[str, str], ...]:
        """(heading, cell) of a row that is written as in this file."""
        rows = csv.reader(io.StringIO(written, newline=""), delimiter=self.table.delimiter)
        return tuple(zip(self.table.headings, next(rows, []), strict=False))

    def labelled(self, written: str, speaker: str) -> str:
        """The same row with another speaker; no other letter is changed."""
        delimiter = re.escape(self.table.delimiter)
        cell = re.compile(rf'"(?:[^"]|"")*"?[^{delimiter}\r\n]*|[^{delimiter}\r\n]*')
        begin = end = -1
        for _ in range([heading_name(heading) for heading in self.table.headings].index("speaker") + 1):
            begin = end + 1
            found = cell.match(written, begin)
            end = found.end() if found else begin
        return written[:begin] + self._cell(speaker, quoted=written[begin:end].startswith('"')) + written[end:]

    def row_of(self, cells: Mapping[str, str]) -> str:
        """Cells, by heading, as a row of this file, which may have other columns than those."""
        named = {heading_name(heading): cell for heading, cell in cells.items()}
        row = [self._cell(named.get(heading_name(heading), "")) for heading in self.table.headings]
        return self.table.delimiter.join(row) + self._line_end

    def replace(self, row: Row, written: str) -> None:
        """Let this stand in the place of a row; "" takes the row away."""
        self._pieces[row.line] = written

    def put_back(self, line: int, written: str) -> None:
        """Let a row stand again on the line on which it stood."""
        self._back.append((line, written))

    def changed(self) -> list[NewContent]:
        """The file as it is to be written; nothing where it stays as it is."""
        pieces = list(self._pieces.values())
        head = sum(line < min((row.line for row in self.table.rows), default=len(pieces) + 1) for line in self._pieces)
        for line, written in sorted(self._back):
            at, begins = 0, 1
            while at < len(pieces) and (begins < line or at < head):
                begins += len(_lines(pieces[at]))
                at += 1
            pieces.insert(at, written)
        rows = [piece for piece in pieces if piece]
        closed = [row if row.endswith(("\n", "\r")) else row + self._line_end for row in rows[:-1]]
        content = encode_like("".join([*closed, *rows[-1:]]), self._content)
        return [NewContent(self.table.path, content, self.table.stamp)] if content != self._content else []

    @property
    def _line_end(self) -> str:
        first = next(iter(self._pieces.values()), "\n")
        return first[len(first.rstrip("\r\n")) :] or "\n"

    def _cell(self, text: str, *, quoted: bool = False) -> str:
        if quoted or any(sign in text for sign in (self.table.delimiter, '"', "\r", "\n")):
            return '"' + text.replace('"', '""') + '"'
        return text


def _lines(text: str) -> list[str]:
    """Lines with their ends, as the reader of CSV counts them."""
    return io.StringIO(text, newline="").readlines()
