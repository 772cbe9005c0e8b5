"""Filters, rows and columns of two levels, and measures: tables written by hand, and every figure against its rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qualkit.analysis.columns import study_columns
from qualkit.analysis.excerpts import Excerpt, coded_excerpts, states
from qualkit.analysis.matrix import Matrix, MatrixRequest, recorded, theme_matrix
from qualkit.analysis.measures import MEASURES
from qualkit.analysis.select import narrowed
from qualkit.analysis.sorting import sorted_matrix
from qualkit.analysis.where import Where, read_where
from qualkit.coding.anchor import make_anchor
from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.model.coding import STATUSES
from qualkit.store.material import read_material
from tests.conftest import CODEBOOK, StudyHere


def code(study: StudyHere, source: str, code: str, first: int, last: int | None = None, coder: str = "anna") -> str:
    transcript = study.transcript(source)
    last = first if last is None else last
    anchor = make_anchor(transcript, first, 0, last, len(transcript.segments[last].text))
    return study.act(source, Act("", "", coder, "code", anchor=anchor, code=code), coder=coder)[0].id


@pytest.fixture
def three(study: StudyHere) -> StudyHere:
    """A focus group of two municipalities, an interview, and a web page; all finished."""
    study.cases("0126;Huddinge;A1;95000", "0136;Haninge;A2;110000", "0192;Nynäshamn;A2;9000",
                headings="code;name;skr_group;folk")  # fmt: skip
    study.sources("fg;Fokus;focus group;Huddinge, Haninge;2026-01-10;sv;;",
                  "iv;Intervju;interview;Huddinge;2026-03-01;sv;;",
                  "wb;Webb;web page;Haninge;2026-02-01;sv;;")  # fmt: skip
    study.participants("fg;S1;M1;moderator;;", "fg;S2;P1;participant;Huddinge;bibliotekarie",
                       "fg;S3;P2;participant;Haninge;assistent", "iv;S1;P3;participant;;bibliotekarie",
                       headings="source;speaker;participant;role;municipality;group")  # fmt: skip
    study.spoken("fg", "S1: Hur går det?", "S2: BankID krånglar ofta.", "S3: Alla vill skriva ut.", "S2: Ja, papper.")
    study.spoken("iv", "S1: BankID krånglar ofta här.", "S1: Lösenord glöms.")
    study.document("wb", "Vi hjälper med BankID.\n\nSkriv ut hos oss.\n")
    for place in (("fg", "id.bankid", 1), ("fg", "ut.skriva", 2), ("fg", "ut.skriva", 2, 3), ("fg", "id.losen", 1, 2),
                  ("iv", "id.bankid", 0), ("iv", "id.losen", 1), ("wb", "id.bankid", 0),
                  ("wb", "ut.skriva", 1)):  # fmt: skip
        code(study, *place)  # type: ignore[arg-type]
    code(study, "iv", "ut.skriva", 1, coder="bo")
    for source in ("fg", "iv", "wb"):
        study.act(source, Act("", "", "anna", "finish"))
    return study


def asked(
    study: StudyHere, where: str = "", groups: tuple[str, ...] = (), **request: object
) -> tuple[Matrix, list[Excerpt]]:
    opened = study.open()
    material, _ = read_material(opened.folder, opened.study.sources)
    folded, columns = states(opened.study, material), study_columns(opened.study, material)
    only = read_where(where, columns)
    statuses = STATUSES if only.asks("status") else ("applied",)
    found = coded_excerpts(opened.study, material, folded, statuses=statuses)
    found = narrowed(opened.study, material, found, only)
    both = tuple(read_where(group, columns) for group in groups)
    wanted = MatrixRequest(where=only, groups=both, statuses=statuses, **request)  # type: ignore[arg-type]
    return theme_matrix(opened.study, material, folded, found, wanted), found


def shown(result: Matrix) -> dict[str, list[str]]:
    return {name: [result.cells[row, c].text for c in result.columns] for row, name in result.rows.items()}


# Huddinge: fg P1 (bankid, losen, ut 2-3), iv (bankid, losen, and bo's ut on the same words). Haninge: fg P2, wb.
WHOLE = {"Huddinge": ["4", "2"], "Haninge": ["2", "3"], "Nynäshamn": ["–", "–"]}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", WHOLE),
        ("kind = interview", {"Huddinge": ["2", "1"], "Haninge": ["–", "–"], "Nynäshamn": ["–", "–"]}),
        ("kind != interview", {"Huddinge": ["2", "1"], "Haninge": ["2", "3"], "Nynäshamn": ["–", "–"]}),
        ("skr_group = a2", {"Haninge": ["2", "3"], "Nynäshamn": ["–", "–"]}),
        ("municipality in (Huddinge, 0192)", {"Huddinge": ["4", "2"], "Nynäshamn": ["–", "–"]}),
        ("folk > 10000 and folk < 100000", {"Huddinge": ["4", "2"]}),
        ("folk >= 95000", {"Huddinge": ["4", "2"], "Haninge": ["2", "3"]}),
        ("group = bibliotekarie", {"Huddinge": ["4", "2"], "Haninge": ["–", "–"], "Nynäshamn": ["–", "–"]}),
        ("date < 2026-02-01", {"Huddinge": ["2", "1"], "Haninge": ["1", "2"], "Nynäshamn": ["–", "–"]}),
        ("coder = bo", {"Huddinge": ["…", "1…"], "Haninge": ["…", "…"], "Nynäshamn": ["–", "–"]}),
        ("code = id.losen", {"Huddinge": ["2"], "Haninge": ["1"], "Nynäshamn": ["–"]}),
        ("theme = Identitet and not code = BankID", {"Huddinge": ["2"], "Haninge": ["1"], "Nynäshamn": ["–"]}),
        ("status = rejected", {"Huddinge": ["…", "…"], "Haninge": ["…", "…"], "Nynäshamn": ["–", "–"]}),
        ("coded < 2020-01-01", {"Huddinge": ["…", "…"], "Haninge": ["…", "…"], "Nynäshamn": ["–", "–"]}),
        ("coder = bo and kind = interview or coder = anna and not kind = interview",
         {"Huddinge": ["2…", "2…"], "Haninge": ["2", "3"], "Nynäshamn": ["–", "–"]}),
        ("coder = bo or theme = id", {"Huddinge": ["4", "1…"], "Haninge": ["2", "…"], "Nynäshamn": ["–", "–"]}),
        ("date <= 2026-02", {"Huddinge": ["2", "1"], "Haninge": ["2", "3"], "Nynäshamn": ["–", "–"]}),
        ("date > 2026-02", {"Huddinge": ["2", "1"], "Haninge": ["–", "–"], "Nynäshamn": ["–", "–"]}),
        ("date in (2026-01, 2026-03-01)", {"Huddinge": ["4", "2"], "Haninge": ["1", "2"], "Nynäshamn": ["–", "–"]}),
        ("date > 2026", {"Huddinge": ["–", "–"], "Haninge": ["–", "–"], "Nynäshamn": ["–", "–"]}),
        ("municipality = Nyna\u0308shamn", {"Nynäshamn": ["–", "–"]}),
        ("kind = interview and theme = id or kind = 'web page' and theme = ut",
         {"Huddinge": ["2", "–"], "Haninge": ["–", "1"], "Nynäshamn": ["–", "–"]}),
        ('not (kind = "focus group" or role = participant)',
         {"Huddinge": ["–", "–"], "Haninge": ["1", "1"], "Nynäshamn": ["–", "–"]}),
    ],
)  # fmt: skip
def test_filters(three: StudyHere, where: str, expected: dict[str, list[str]]) -> None:
    assert shown(asked(three, where)[0]) == expected


@pytest.mark.parametrize(
    ("where", "message", "hint"),
    [
        ("väder = sol", "no column 'väder'", "skr_group"),
        ("skr_group = A9", "nothing has 'A9' as its skr_group", "A1"),
        ("code = id.bankidd", "nothing has 'id.bankidd'", "id.bankid"),
        ("skr_group A1", "after 'skr_group' comes", "for example"),
        ("skr_group = ", "a value for 'skr_group' is missing", "for example"),
        ("(skr_group = A1", "')' is missing", "for example"),
        ("skr_group = A1 kind = interview", "'kind' stands where", "for example"),
        ('skr_group = "A1', "a quotation mark may be missing", "for example"),
        ("skr_group in A1", "'(' is missing", "for example"),
        ("and", "no column 'and'", "skr_group"),
        ("kind = need", "nothing has 'need' as its kind", "code.kind"),
        ("language = fr", "nothing has 'fr' as its language", "one of: sv"),
        ("date > 2026-3-1", "'2026-3-1' is no day", "2026-03-01"),
        ("date = 2026-13", "'2026-13' is no day", "2026-03-01"),
        ("coded > folk", "'folk' is no day", "2026-03-01"),
        ("folk > många", "'många' is no number", ""),
        ("group > 2", "not every group is a number", "assistent"),
        ("role = moderator", "asks for moderators", "--moderator"),
    ],
)
def test_a_filter_that_cannot_be_meant(three: StudyHere, where: str, message: str, hint: str) -> None:
    with pytest.raises(QualkitError) as caught:
        asked(three, where)
    assert message in caught.value.what and hint in caught.value.hint


def test_values_are_compared_as_days_numbers_or_letters() -> None:
    from qualkit.analysis.columns import Column
    from qualkit.analysis.order import order

    def fitting(sign: str, wanted: str, *values: str) -> list[str]:
        return [value for value in values if order(Column("x", "case", str, values), sign, wanted)(value)]

    assert fitting(">", "900", "1000", "95\N{NO-BREAK SPACE}000", "12,5", "\N{MINUS SIGN}950", "") == [
        "1000", "95\N{NO-BREAK SPACE}000"]  # fmt: skip
    assert fitting("<=", "12.5", "13", "12,5") == ["12,5"]
    assert fitting("<=", "2026-03", "2026-03-31", "2026-04-01", "") == ["2026-03-31"]
    assert fitting(">", "2025", "2025-12-31", "2026-01-01") == ["2026-01-01"]
    assert fitting(">=", "b", "a", "B", "c", "") == ["B", "c"]
    with pytest.raises(QualkitError, match="not every x is a number"):
        fitting("<", "5", "4", "1e3")


def test_a_name_that_two_tables_have_is_refused(three: StudyHere) -> None:
    three.cases("0126;Huddinge;A1;x", "0136;Haninge;A2;y", headings="code;name;skr_group;group")
    for words in (["--by", "group"], ["--where", "group = x"]):
        done = three.run("matrix", *words)
        assert done.code == 1 and "case.group or participant.group" in done.text
    assert list(asked(three, "case.group = x")[0].rows.values()) == ["Huddinge"]


def test_a_filter_of_what_is_not_known_may_hold() -> None:
    from qualkit.analysis.columns import Column, Columns

    columns = Columns({f"{n}.{n}": Column(n, n, lambda value: (value,)) for n in ("case", "code")})
    where = read_where("case = a and code = b", columns)
    assert where.possible({"case": "a"}) and not where.holds({"case": "a"})
    assert not where.possible({"case": "x"}) and where.holds({"case": "A", "code": "b"})
    assert read_where("not case = a or code != b", columns).possible({"case": "a"})
    assert not read_where("case < a", columns).possible({"case": ""}) and Where().holds({})


def test_rows_by_attributes_of_people_and_two_levels(three: StudyHere) -> None:
    assert shown(asked(three, by=("group",))[0]) == {
        "assistent": ["1", "2"], "bibliotekarie": ["4", "2"], "(empty)": ["1", "1"],
    }  # fmt: skip
    assert shown(asked(three, by=("participant",))[0]) == {
        "P1": ["2", "1"], "P2": ["1", "2"], "P3": ["2", "1"], "(empty)": ["1", "1"],
    }  # fmt: skip
    pairs, _ = asked(three, by=("skr_group", "kind"))
    assert shown(pairs) == {
        "A1 / focus group": ["2", "1"], "A1 / interview": ["2", "1"],
        "A2 / focus group": ["1", "2"], "A2 / web page": ["1", "1"], "A2 / (empty)": ["–", "–"],
    }  # fmt: skip
    assert pairs.levels["A1\x1finterview"] == ("A1", "interview") and pairs.by == ("skr_group", "kind")


def test_nobody_and_a_moderator_are_two_in_one_source(study: StudyHere) -> None:
    study.sources("fg;Fokus;focus group;Huddinge;2026-01-10;sv;;")
    study.participants("fg;S1;M1;moderator;;", headings="source;speaker;participant;role;municipality;group")
    study.spoken("fg", "S1: Hur går det?", ": Någon säger BankID.")
    code(study, "fg", "id.bankid", 0)
    code(study, "fg", "id.bankid", 1)
    both, _ = asked(study, by=("role",), moderator=True)
    figures = {row: both.cells[row, "id"].value for row in both.rows}
    assert figures == {"moderator": 1, "": 1}


def test_a_moderator_is_a_role_when_asked_for(three: StudyHere) -> None:
    code(three, "fg", "id.bankid", 0)
    assert shown(asked(three, by=("role",))[0])["participant"] == ["4", "3"]
    both, _ = asked(three, by=("role",), moderator=True)
    assert shown(both) == {"moderator": ["1", "0"], "participant": ["4", "3"], "(empty)": ["1", "1"]}


def test_codes_without_a_kind_have_zeros_of_their_own(three: StudyHere) -> None:
    three.write("codebooks/codebook.yaml", CODEBOOK.replace("        kind: question\n", ""))
    result, _ = asked(three, "code = id.bankid or municipality = Haninge", columns=("kind",))
    assert list(result.columns.values()) == ["need", "(no kind)"]
    assert shown(result)["Huddinge"] == ["2", "–"]


def test_columns_of_kinds_and_of_two_levels(three: StudyHere) -> None:
    kinds, _ = asked(three, columns=("kind",))
    assert list(kinds.columns) == ["need", "question"] and shown(kinds)["Huddinge"] == ["4", "2"]
    pairs, _ = asked(three, columns=("kind", "theme"))
    assert list(pairs.columns.values()) == ["need / Identitet", "need / Utskrift", "question / Identitet"]
    assert shown(pairs)["Haninge"] == ["1", "3", "1"]
    with pytest.raises(QualkitError, match="no columns 'colour'"):
        asked(three, columns=("colour",))


BYS = [("municipality",), ("kind",), ("group",), ("skr_group", "role")]


@pytest.mark.parametrize("by", BYS)
@pytest.mark.parametrize("columns", [("theme",), ("code",), ("kind", "theme")])
@pytest.mark.parametrize("where", ["", "kind != interview", "group = bibliotekarie or theme = ut"])
def test_every_figure_is_what_its_rows_say(
    three: StudyHere, by: tuple[str, ...], columns: tuple[str, ...], where: str
) -> None:
    opened = three.open()
    hours = recorded(read_material(opened.folder, opened.study.sources)[0])
    results = {measure: asked(three, where, by=by, columns=columns, measure=measure) for measure in MEASURES}
    plain = results["excerpts"][0]
    for measure, (result, found) in results.items():
        for (row, column), cell in result.cells.items():
            behind = [found[n] for n in cell.excerpts]
            assert bool(behind) != bool(cell.zero), "a figure has rows, a zero has none"
            if not behind:
                assert cell.value == 0
                continue
            if measure in ("excerpts", "quotes"):
                assert cell.value == len(behind)
            elif measure == "sources":
                assert cell.value == len({excerpt.source.id for excerpt in behind})
            elif measure == "presence":
                assert cell.value == 1
            elif measure == "row-share":
                assert cell.value == pytest.approx(100 * len(behind) / plain.sums[row, None])
            elif measure == "column-share":
                assert cell.value == pytest.approx(100 * len(behind) / plain.sums[None, column])
            elif measure == "per-hour":
                timed = sum(excerpt.source.id in hours for excerpt in behind)
                assert bool(cell.value) == bool(timed)
            else:
                assert 0 <= cell.value <= sum(voice.words for e in behind for voice in e.voices)
        assert result.uniques[None, None] >= 0


def test_shares_and_rates_by_hand(three: StudyHere) -> None:
    share, _ = asked(three, measure="row-share")
    assert shown(share) == {"Huddinge": ["66.7", "33.3"], "Haninge": ["40.0", "60.0"], "Nynäshamn": ["–", "–"]}
    assert (share.sums["0126", None], share.sums["0192", None]) == (100, 0)
    assert share.sums[None, "id"] == pytest.approx(600 / 11) and share.uniques[None, None] == 8
    columns, _ = asked(three, measure="column-share")
    assert shown(columns)["Haninge"] == ["33.3", "60.0"] and columns.sums[None, "ut"] == 100
    rate, _ = asked(three, measure="per-hour", by=("kind",))
    assert rate.cells["focus group", "id"].value == pytest.approx(2 / (9.5 / 3600))  # four cues, to 9.5 seconds
    assert rate.cells["interview", "id"].value == pytest.approx(2 / (5.5 / 3600))
    assert rate.cells["web page", "id"].text == "·" and rate.cells["web page", "id"].excerpts
    assert rate.sums[None, "id"] == pytest.approx(4 / (15 / 3600))


def test_quotes_are_chosen_ones_then_central_ones(study: StudyHere) -> None:
    study.sources("d;D;document;Huddinge;;;;")
    lines = [
        "Ja.",
        "BankID krånglar på biblioteket.",
        "Skrivaren är trasig idag.",
        "BankID krånglar ofta på biblioteket.",
    ]
    study.document("d", "\n\n".join([*lines, "Mycket om BankID på biblioteket."]) + "\n")
    ids = [code(study, "d", "id.bankid", at) for at in range(5)]
    code(study, "d", "ut.skriva", 2)
    central, found = asked(study, measure="quotes", quotes=2)
    assert central.cells["0126", "id"].quotes == (f"“{lines[1]}” (d)", f"“{lines[3]}” (d)")
    assert central.cells["0126", "id"].value == 5 and len(found) == 5
    chosen, _ = asked(study, measure="quotes", quotes=2, chosen=frozenset({ids[0]}))
    assert chosen.cells["0126", "id"].quotes == ("“Ja.” (d)", f"“{lines[1]}” (d)")
    assert central.cells["0126", "ut"].quotes == (f"“{lines[2]}” (d)",)


def test_a_difference_is_told_only_where_both_are_known(three: StudyHere) -> None:
    result, _ = asked(three, groups=("skr_group = A1", "skr_group = A2"))
    assert shown(result) == {"skr_group = A1": ["4", "2"], "skr_group = A2": ["2", "3"]}
    assert result.differences == {"id": 2, "ut": -1}
    unknown, _ = asked(three, groups=("skr_group = A1", "municipality = Nynäshamn"))
    assert unknown.differences == {"id": None, "ut": None}


def test_a_difference_of_what_cannot_be_divided_is_not_known(three: StudyHere) -> None:
    kinds = ("kind = interview", "kind = 'web page'")
    for measure in ("per-hour", "participants"):  # the page has neither hours nor speakers
        assert asked(three, groups=kinds, measure=measure)[0].differences == {"id": None, "ut": None}
    done = three.run("matrix", "--difference", "participant = P1 and not theme = ut", "participant = P2")
    assert done.code == 1 and "no column 'theme'" in done.text


def test_the_rows_of_a_difference_stay_where_they_are(three: StudyHere) -> None:
    groups = ["--difference", "skr_group = A2", "skr_group = A1"]
    assert "--sort" in three.run("matrix", *groups, "--sort", "id").text
    lines = three.run("matrix", *groups, "--sort-columns", "skr_group = A2").out.splitlines()
    assert [line.split()[1:] for line in lines if line.startswith("difference")] == [["+1", "-2"]]
    three.act("fg", Act("", "", "anna", "reopen"))
    lines = three.run("matrix", *groups, "--measure", "row-share").out.splitlines()
    assert [line.split()[1:] for line in lines if line.startswith("difference")] == [["-26.7…", "+26.7…"]]


def test_rows_and_columns_that_nothing_could_be_in_are_left_out(three: StudyHere) -> None:
    three.sources("fg;Fokus;focus group;;2026-01-10;sv;;")
    three.participants("fg;S1;M1;moderator;", "fg;S2;P1;participant;Huddinge", "fg;S3;P2;participant;Haninge")
    three.write(
        "codebooks/codebook.yaml",
        CODEBOOK.replace("        name: Skriva ut\n", "        name: Skriva ut\n        retired: true\n"),
    )
    result, _ = asked(three)
    assert list(result.rows.values()) == ["Huddinge", "Haninge", "Nynäshamn"], "everybody has a municipality"
    assert list(result.columns) == ["id", "ut"]
    assert list(asked(three, "code = id.bankid")[0].columns) == ["id"]
    assert list(asked(three, "participant = P1 and code != id.bankid")[0].columns) == ["id", "ut"]
    bare, _ = asked(three, "coded < 2020-01-01")
    assert list(bare.columns) == ["id"], "nobody could have coded with the one code of the other theme"


def test_sorting(three: StudyHere) -> None:
    result, _ = asked(three)
    assert list(sorted_matrix(result, "ut").rows.values()) == ["Haninge", "Huddinge", "Nynäshamn"]
    assert list(sorted_matrix(result, "Identitet").rows.values()) == ["Huddinge", "Haninge", "Nynäshamn"]
    assert list(sorted_matrix(result, "name").rows.values()) == ["Haninge", "Huddinge", "Nynäshamn"]
    assert list(sorted_matrix(result, columns="haninge").columns) == ["ut", "id"]
    swedish = replace(result, rows=dict(zip(result.rows, ("Örebro", "Åre", "Ale"), strict=True)))
    assert list(sorted_matrix(swedish, "name").rows.values()) == ["Ale", "Åre", "Örebro"]
    with pytest.raises(QualkitError, match="nothing can be sorted by 'x'"):
        sorted_matrix(result, "x")


def test_files_and_terminal_show_every_shape(three: StudyHere) -> None:
    import openpyxl

    for words in (
        ["--by", "skr_group", "--by", "kind", "--columns", "kind", "--columns", "theme", "--measure", "row-share"],
        ["--where", "Kommun = Haninge", "--measure", "quotes"],
        ["--difference", "skr_group = A1", "skr_group = A2", "--measure", "column-share", "--sort-columns", "sum"],
        ["--measure", "per-hour", "--by", "kind", "--sort-columns", "sum"],
    ):
        files = [three.root / "exports" / name for name in ("m.csv", "m.xlsx")]
        done = three.run("matrix", *words, "--to", str(files[0]), "--to", str(files[1]))
        assert done.code == 0, done.text
        book = openpyxl.load_workbook(files[1])
        sheet = book["Matris"]
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        linked = [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
        for cell in linked:
            heading = sheet.cell(5, cell.column).value
            lines = book["Utdrag"][cell.hyperlink.location.partition("!")[2]]
            assert {line[1].value for line in lines} == {heading}
        assert linked or "quotes" in words
        text = files[0].read_bytes().decode("utf-8-sig")
        assert len({row.count(";") for row in text.splitlines()[: len(text.splitlines()) // 2]}) == 1 or '"' in text
    assert "bara i dokument" in text and "571,43" not in done.out
    assert three.run("matrix", "--by", "kind", "--difference", "skr_group = A1", "skr_group = A2").code == 1
