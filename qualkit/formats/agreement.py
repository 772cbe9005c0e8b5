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
    remark: str = ""  # what else a reader must know of where the codings come from


def method_lines(export: AgreementExport) -> list[tuple[str, str]]:
    """All that a methods section needs, a label and words each."""
    found, compared, measuring = export.found, export.found.compared, export.found.measuring
    value = "how many excerpts of it a unit holds" if measuring.count else "whether a unit holds a letter of it"
    which = "all" if measuring.uncoded else "only those that somebody coded, with whatever code"
    drawn = "segments" if measuring.unit == CHARACTER else "units"
    return [
        ("Study", export.study.settings.title or "(no title)"),
        ("Codebook", f"{export.study.codebook.title}, version {export.study.codebook.version}"),
        ("Coders", ", ".join(compared.coders)),
        ("Sources compared", ", ".join(source.id for source in compared.sources)),
        ("Unit", f"{measuring.unit}: {UNITS[measuring.unit][0]}"),
        ("Units", f"{found.units}: {which}"),
        ("Values", f"of each {compared.kind}, unit and coder: {value}"),
        ("Level of alpha", measuring.level),
        *((FIGURES[name], words) for name, words in FORMULAS.items()),
        ("Overall", f"pooled over the {compared.kind}s: 1 - sum of D_o / sum of D_e (de Vries et al. 2008)"),
        ("Low, high", f"95 % interval, {DRAWS} draws of {drawn} (alpha-U: of sources), seed {SEED}"),
        ("Matching", f"excerpts that share {measuring.overlap:g} % or more of the letters that either of them holds"),
        (f"{compared.kind.capitalize()}s that nobody used", ", ".join(found.unused) or "none"),
        ("-", "not defined; the column Remarks says why"),
        ("Excerpts left out as uncertain", str(sum(compared.left_out.values()))),
        *([("Codings", export.remark)] if export.remark else []),
        ("Made", f"{export.made} with qualkit {export.version}"),
    ]
