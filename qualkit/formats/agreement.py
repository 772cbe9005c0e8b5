"""Agreement as something to hand on: what stands under which heading, and how it was measured, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qualkit.analysis.reliability import ALPHA_U, FIGURES, Reliability
from qualkit.coding.intervals import DRAWS, SEED
from qualkit.coding.units import CHARACTER, UNITS
from qualkit.formats.headings import Say, in_language
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

    @property
    def say(self) -> Say:
        """Texts of ours in the study's language."""
        return in_language(self.study.settings.language)


def by_kind(kind: str) -> tuple[str, str]:
    """What is said otherwise of codes and of themes: how the overall figure is made, and what was never used."""
    pooled = f"pooled over the {kind}s: 1 - sum of D_o / sum of D_e (de Vries et al. 2008)"
    return pooled, f"{kind.capitalize()}s that nobody used"


def method_lines(export: AgreementExport) -> list[tuple[str, str]]:
    """All that a methods section needs, a label and words each."""
    found, compared, measuring, say = export.found, export.found.compared, export.found.measuring, export.say
    value = "how many excerpts of it a unit holds" if measuring.count else "whether a unit holds a letter of it"
    which = "all" if measuring.uncoded else "only those that somebody coded, with whatever code"
    book, (pooled, unused) = export.study.codebook, by_kind(compared.kind)
    drawn = say("segments" if measuring.unit == CHARACTER else "units")
    interval = say("95 % interval, {draws} draws of {drawn} (alpha-U: of sources), seed {seed}")
    match = say("excerpts that share {overlap} % or more of the letters that either of them holds")
    values = say("of each {kind}, unit and coder: {value}").format(kind=say(compared.kind), value=say(value))
    return [
        (say("Study"), export.study.settings.title or say("(no title)")),
        (say("Codebook"), say("{title}, version {version}").format(title=book.title, version=book.version)),
        (say("Coders"), ", ".join(compared.coders)),
        (say("Sources compared"), ", ".join(source.id for source in compared.sources)),
        (say("Unit"), f"{measuring.unit}: {say(UNITS[measuring.unit][0])}"),
        (say("Units"), f"{found.units}: {say(which)}"),
        (say("Values"), values),
        (say("Level of alpha"), measuring.level),
        *((say(FIGURES[name]), say(words)) for name, words in FORMULAS.items()),
        (say("Overall"), say(pooled)),
        (say("Low, high"), interval.format(draws=DRAWS, drawn=drawn, seed=SEED)),
        (say("Matching"), match.format(overlap=f"{measuring.overlap:g}")),
        (
            say(unused),
            ", ".join(found.unused) or say("none"),
        ),
        ("-", say("not defined; the column Remarks says why")),
        (say("Excerpts left out as uncertain"), str(sum(compared.left_out.values()))),
        *([(say("Codings"), export.remark)] if export.remark else []),
        (say("Made"), say("{time} with qualkit {version}").format(time=export.made, version=export.version)),
    ]
