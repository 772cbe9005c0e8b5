"""A small study whose matrix has figures, marks and all four zeros, and its view."""

from __future__ import annotations

from qualkit.analysis.excerpts import coded_excerpts, states
from qualkit.analysis.matrix import MatrixRequest, theme_matrix
from qualkit.formats.matrix import MatrixExport
from qualkit.model.act import Act
from qualkit.report.view import View
from qualkit.store.material import read_material
from tests.conftest import StudyHere
from tests.test_shapes import code

HARD = 'Sa "så här": <script>alert(1)</script> & \u200fשלום\u200f 🙂 </script><!-- =1+1'


def reported(study: StudyHere, language: str = "sv") -> StudyHere:
    """Huddinge 1 and 0, Haninge not asked and 1, Nynäshamn no material, Botkyrka 2… and not yet coded."""
    study.write("qualkit.yaml", f"title: Prov å ä ö\nlanguage: {language}\ncodebook: codebooks/codebook.yaml\n")
    study.cases("0126;Huddinge;A1", "0136;Haninge;A2", "0192;Nynäshamn;A2", "0127;Botkyrka;A1",
                headings="code;name;skr_group")  # fmt: skip
    study.sources("hu;Intervju <Huddinge>;interview;Huddinge;2026-03-01;sv;;",
                  "ha;Webb;web page;Haninge;2026-02-01;sv;;q-annat",
                  "bo;Fokus;focus group;Botkyrka;2026-01-10;sv;;")  # fmt: skip
    study.participants("hu;S1;P1;participant;", "bo;S1;P2;participant;", "bo;S2;M1;moderator;")
    study.spoken("hu", "S1: BankID krånglar ofta här.", "S1: Annat.")
    study.document("ha", f"{HARD}\n\nSkriv ut hos oss, långa dagar.\n")
    study.spoken("bo", "S1: BankID igen.", "S2: Vad händer?", "S1: Lösenord glöms bort.")
    code(study, "hu", "id.bankid", 0)
    code(study, "ha", "ut.skriva", 0)
    code(study, "bo", "id.bankid", 0)
    code(study, "bo", "id.losen", 2)
    for source in ("hu", "ha"):
        study.act(source, Act("", "", "anna", "finish"))
    return study


def view_of(study: StudyHere, **request: object) -> View:
    """The view of the study's matrix."""
    opened = study.open()
    material, _ = read_material(opened.folder, opened.study.sources)
    folded = states(opened.study, material)
    found = coded_excerpts(opened.study, material, folded)
    matrix = theme_matrix(opened.study, material, folded, found, MatrixRequest(**request))  # type: ignore[arg-type]
    about = opened.study, "2026-11-23T10:00:00+00:00", "0.1", ""
    return View(MatrixExport(matrix, found, *about, material, folded))
