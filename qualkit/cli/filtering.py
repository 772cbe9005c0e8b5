"""What commands share that count: the filter, and the excerpts that it lets through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli.opening import CodedStudy, unswept

if TYPE_CHECKING:
    from qualkit.analysis.excerpts import Excerpt
    from qualkit.analysis.where import Where

Option = Annotated[
    str, typer.Option("--where", help="Only what fits: 'skr_group = A2 and not kind = document'; see docs/matrix.md.")
]


def read(coded: CodedStudy, text: str, nouns: tuple[str, ...] = ()) -> Where:
    """The filter that a person wrote, with Swedish headings where the tables may have them."""
    from qualkit.analysis.columns import study_columns
    from qualkit.analysis.where import NOUNS, read_where
    from qualkit.model.noun import replace
    from qualkit.store.tables import heading_name

    columns = study_columns(coded.opened.study, coded.material)
    return read_where(text, replace(columns, meaning=heading_name), nouns or NOUNS)


def which(where: Where, statuses: tuple[str, ...]) -> tuple[str, ...]:
    """The statuses that count: all, where the filter itself asks for a status."""
    from qualkit.model.coding import STATUSES

    return STATUSES if where.asks("status") else statuses


@unswept()
def excerpts(coded: CodedStudy, statuses: tuple[str, ...], coders: tuple[str, ...], where: Where) -> list[Excerpt]:
    """The excerpts that the filter lets through."""
    from qualkit.analysis.excerpts import coded_excerpts
    from qualkit.analysis.select import narrowed

    study = coded.opened.study
    found = coded_excerpts(study, coded.material, coded.folded, statuses=statuses, coders=coders)
    return narrowed(study, coded.material, found, where)


def chosen(coded: CodedStudy, beginnings: Sequence[str]) -> frozenset[str]:
    """The ids of the codings that are named by their beginnings. QualkitError where one names none, or several."""
    from qualkit.analysis.excerpts import coded_excerpts, excerpt_of
    from qualkit.model.coding import STATUSES

    if not beginnings:
        return frozenset()
    found = coded_excerpts(coded.opened.study, coded.material, coded.folded, statuses=STATUSES)
    named = [excerpt_of(found, beginning) for beginning in beginnings]
    return frozenset(coding.id for excerpt in named for coding in excerpt.codings)
