"""Agreement as something to hand on: what stands under which heading, and how it was measured, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qualkit.analysis.reliability import ALPHA_U, FIGURES, Reliability
from qualkit.coding.intervals import DRAWS, SEED
from qualkit.coding.units import CHARACTER, UNITS
from qualkit.model.study import Study

FORMULAS: Mapping[str, str] = {  # figure: formula and source
    "percent": "share of the pairs of coders that agree, unit by unit; chance is left out of it",
    "kappa": "1 - D_o/D_e, D_e = 1 - sum_k p_1k p_2k: each coder has a habit (Cohen 1960; more than two: Conger 1980)",
    "pi": "1 - D_o/D_e, D_e = 1 - sum_k P_k^2: one habit for all (Scott 1955; more than two: Fleiss 1971)",
    "bp": "1 - D_o/D_e, D_e = 1 - 1/q: q values are alike to chance (Brennan and Prediger 1981)",
    "ac1": "1 - D_o/D_e, D_e = 1 - sum_k P_k (1 - P_k) / (q - 1) (Gwet 2008)",
    "alpha": "1 - D_o/D_e on pairs of values within units and among all units (Krippendorff 2004)",
    ALPHA_U: "1 - D_o/D_e on where marked stretches begin and end, for the whole text (Krippendorff 1995, 2004 p. 251)",
}


@dataclass(frozen=True)
class AgreementExport:
    """Agreement with what a reader must know; `made` is ISO 8601."""

    found: Reliability
    study: Study
    made: str
    version: str


def measured(found: Reliability) -> list[tuple[str, str]]:
    """What was compared and how, a label and words each."""
    measuring, compared = found.measuring, found.compared
    value = "how many excerpts of the code it holds" if measuring.count else "whether an excerpt of the code touches it"
    asked = "all" if measuring.uncoded else "only those that somebody coded, with whatever code"
    return [
        ("Coders", ", ".join(compared.coders)),
        ("Sources compared", ", ".join(source.id for source in compared.sources)),
        ("Unit", f"{measuring.unit}: {UNITS[measuring.unit][0]}"),
        ("Units", f"{found.units}: {asked}"),
        ("Value of a unit", f"{value}, by each coder"),
        ("Level of alpha", measuring.level),
    ]


def method_lines(export: AgreementExport) -> list[tuple[str, str]]:
    """All that a methods section needs."""
    found = export.found
    drawn = "segments" if found.measuring.unit == CHARACTER else "units"
    return [
        ("Study", export.study.settings.title or "(no title)"),
        ("Codebook", f"{export.study.codebook.title}, version {export.study.codebook.version}"),
        *measured(found),
        *((FIGURES[name], words) for name, words in FORMULAS.items()),
        (
            "Overall",
            "pooled over the codes: 1 - sum of D_o / sum of D_e (de Vries et al. 2008)",
        ),
        ("Low, high", f"95 % interval, {DRAWS} draws of {drawn} (alpha-U: of sources), seed {SEED}"),
        (
            "Matching",
            f"excerpts that share {found.measuring.overlap:g} % or more of the letters that either of them holds",
        ),
        ("Codes that nobody used", ", ".join(found.unused) or "none"),
        ("-", "not defined; the column Remarks says why"),
        ("Excerpts left out as uncertain", str(sum(found.compared.left_out.values()))),
        ("Made", f"{export.made} with qualkit {export.version}"),
    ]
