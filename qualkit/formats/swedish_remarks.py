"""The remarks of what is exported, in Swedish: what figures mean, how they were made, and what a page says."""

REMARKS: dict[str, str] = {
    # measures
    "presence": "förekomst",
    "row-share": "andel av raden",
    "column-share": "andel av kolumnen",
    "per-hour": "per timme",
    "quotes": "citat",
    "coded excerpts": "kodade utdrag",
    "sources with a coded excerpt": "källor med ett kodat utdrag",
    "participants who speak in a coded excerpt": "deltagare som talar i ett kodat utdrag",
    "words in coded excerpts": "ord i kodade utdrag",
    "1 where there is a coded excerpt": "1 där det finns ett kodat utdrag",
    "percent of the excerpts in the cells of the row": "procent av utdragen i radens celler",
    "percent of the excerpts in the cells of the column": "procent av utdragen i kolumnens celler",
    "excerpts for each hour of recording of the row's sources; documents are left out":
        "utdrag per inspelad timme av radens källor; dokument räknas inte",
    "the excerpts that are most like the others of the cell, in their words":
        "de utdrag som mest liknar cellens övriga, ordagrant",
    "no speaker": "ingen talare",
    "only in documents": "bara i dokument",
    "excerpts of the row's code that {meet}": "utdrag med radens kod som {meet}",
    "stand on the same words as the column's code": "står på samma ord som kolumnens kod",
    "share a letter with an excerpt of the column's code": "delar minst en bokstav med ett utdrag med kolumnens kod",
    "touch a turn (what one speaker says until the next one speaks) that has the column's code, too":
        "rör vid en replik (det en talare säger tills nästa talar) som också har kolumnens kod",
    # saturation
    "new codes": "nya koder",
    "codes in all": "koder sammanlagt",
    "new codes of the run": "nya koder i följden",
    "percent of the base": "procent av basen",
    "base": "bas",
    "run": "följd",
    "at most, percent": "högst, procent",
    "reached": "uppnått",
    "not reached": "inte uppnått",
    # zeros
    "no material": "inget material",
    "not yet coded": "inte kodat än",
    "not asked": "inte frågat",
    "not mentioned": "inte nämnt",
    "no source of the row has a transcript": "ingen källa på raden har någon transkription",
    "some source of the row is not marked as finished by any coder":
        "någon källa på raden är inte markerad som färdig av någon kodare",
    "the interview guide asks about the theme, but no source of the row was asked":
        "intervjuguiden frågar om temat, men i ingen av radens källor ställdes frågan",
    "asked or open, read to the end, and not mentioned": "frågat eller öppet, läst till slut och inte nämnt",
    # method
    "what": "vad",
    "how": "hur",
    "Note": "Obs",
    "Holds quotes from interviews: personal data. Do not pass it on without checking.":
        "Innehåller citat ur intervjuer: personuppgifter. Lämna inte vidare utan granskning.",
    "Study": "Studie",
    "{title}, version {version}": "{title}, version {version}",
    "Figures": "Siffrorna",
    "Rows": "Rader",
    "Columns": "Kolumner",
    "Filter": "Filter",
    "Difference": "Skillnad",
    "Kinds of code": "Slag av koder",
    "Status of codings": "Kodningarnas status",
    "Coders": "Kodare",
    "all": "alla",
    "Excerpts of moderators alone": "Utdrag där bara samtalsledare talar",
    "counted for the source's case": "räknas till källans kommun",
    "not counted": "räknas inte",
    "Sum": "Summa",
    "Unique": "Unika",
    "adds up the cells of a row or column": "lägger ihop cellerna på en rad eller i en kolumn",
    "counts each excerpt, source or participant once, however many cells it stands in; words once an excerpt":
        "räknar varje utdrag, källa eller deltagare en gång, hur många celler den än står i; ord en gång per utdrag",
    "of the row (column) whose shares these are: 100; elsewhere its share of all cells together":
        "på den rad (i den kolumn) som andelarna gäller: 100; annars dess andel av alla celler tillsammans",
    "how many excerpts there are, each once: what a share rests on":
        "hur många utdrag det finns, varje en gång: vad en andel vilar på",
    "the excerpts of the cells, added up, for each hour of the rows, added up":
        "cellernas utdrag, hoplagda, per timme av radernas inspelningar, hoplagda",
    "each excerpt once, for each hour of recording, each once":
        "varje utdrag en gång, per inspelad timme, varje en gång",
    "Attribution": "Vems kommun",
    "an excerpt counts for the case of each person who speaks in it, else for its source's case":
        "ett utdrag räknas till kommunen för var och en som talar i det, annars till källans kommun",
    "List of excerpts": "Listan över utdrag",
    "an excerpt that counts in several cells has a line for each of them in the list of excerpts":
        "ett utdrag som räknas i flera celler har en rad för var och en av dem i listan över utdrag",
    "Hours recorded": "Timmar inspelat",
    "up to the last word of the transcripts of the row's sources; a source counts in full for each row":
        "till det sista ordet i transkriptionerna av radens källor; en källa räknas helt på var och en av sina rader",
    "there are excerpts, but all of them are from documents: nobody speaks in them, and nothing was recorded":
        "det finns utdrag, men alla är ur dokument: där talar ingen, och inget är inspelat",
    "the first row less the second; empty where one of them is not known (no material, not coded, not asked)":
        "första raden minus den andra; tom där en av dem inte är känd (inget material, inte kodat, inte frågat)",
    "a figure with {mark}": "en siffra med {mark}",
    "some source of the row is not marked as finished: the figure may grow":
        "någon källa på raden är inte markerad som färdig: siffran kan växa",
    "Excerpts left out as uncertain": "Utdrag som lämnats utanför som osäkra",
    "Codings": "Kodningar",
    "codings as they were at the end of {time}; texts, codebook and tables as they are today":
        "kodningar som de var vid slutet av {time}; texter, kodbok och tabeller som de är i dag",
    "Made": "Gjord",
    "{time} with qualkit {version}": "{time} med qualkit {version}",
    # publication
    "held back": "visas inte",
    "For publication. A cell behind which stand 1 to {few} people is held back ({sign}), and with it as many others"
    " as keep anybody from computing it from the sums; a cell that is held back may be a zero. Rows and columns of 1"
    " to {few} people are left out, of the sums too. Nobody who coded, no recording, source or memo is named.":
        "För publicering. En cell som 1 till {few} personer står bakom visas inte ({sign}), och inte heller de"
        " andra celler som den annars kan räknas ut med; en cell som inte visas kan vara en nolla. Rader och"
        " kolumner med 1 till {few} personer är utelämnade, även ur summorna. Ingen kodare, inspelning, källa eller"
        " anteckning nämns.",
    "a choice of people, sources or coders, who are not named":
        "ett urval av personer, källor eller kodare, som inte nämns",
    "not named": "nämns inte",
    # summaries
    "summary": "sammanfattning",
    "the researcher's own words for each cell (qualkit summary)": "forskarens egna ord om varje cell (qualkit summary)",
    "a number: so many excerpts, and no summary yet": "ett tal: så många utdrag, och ingen sammanfattning än",
    "Summaries": "Sammanfattningar",
    "column": "kolumn",
    "Summary": "Sammanfattning",
    "In their words": "Med deras ord",
    "since then": "sedan dess",
    "what others say": "vad andra säger",
    "Write in this column only; then: qualkit summary import FILE": "Skriv bara här; sedan: qualkit summary import FIL",
    "{n} new": "{n} nya",
    "{n} changed": "{n} ändrade",
    "{n} gone": "{n} borta",
    "[since then: {what}]": "[sedan dess: {what}]",
    # pictures and pages
    "{figure} so far": "{figure} hittills",
    "All columns": "Alla kolumner",
    "To the table": "Till tabellen",
    "Search and filter": "Sök och filtrera",
    "Search the excerpts": "Sök i utdragen",
    "Kind of source": "Slag av källa",
    "Clear": "Rensa",
    "{columns} by {rows}": "{columns} per {rows}",
    "A figure opens its excerpts: click it, or go there with the arrow keys and press Enter. Escape goes back.":
        "En siffra öppnar sina utdrag: klicka på den, eller gå dit med pilarna och tryck Enter. Escape går tillbaka.",
    "Show {n} rows without material": "Visa {n} rader utan material",
    "Sources finished": "Färdiga källor",
    "Recorded": "Inspelat",
    "{n} of {total}": "{n} av {total}",
    "What colours and signs mean": "Vad färger och tecken betyder",
    "Map": "Karta",
    "Colours and signs are those of the table, and so are the figures.":
        "Färger, tecken och siffror är desamma som i tabellen.",
    "The excerpts are shown by a script, which this browser does not run. The table needs none.":
        "Utdragen visas av ett skript, som den här webbläsaren inte kör. Tabellen behöver inget.",
    "How it was made": "Så är den gjord",
    "Figures in brackets: none of their excerpts fits.": "Siffror inom parentes: inget av deras utdrag passar.",
    "Close": "Stäng",
    "{n} of {total} excerpts fit the search and the filter.": "{n} av {total} utdrag passar sökningen och filtret.",
    "Show all {n}": "Visa alla {n}",
    "Show {n} more": "Visa {n} till",
    "No excerpt fits. Take a word or a filter away.": "Inget utdrag passar. Ta bort ett ord eller ett filter.",
    "There are no excerpts here.": "Här finns inga utdrag.",
    "Sound of the excerpt": "Utdragets ljud",
    "coded by": "kodat av",
    "{unit}, by {rows}": "{unit}, per {rows}",
    "{rows} rows and {columns} columns.": "{rows} rader och {columns} kolumner.",
    "The largest figure is {figure}: {row}, {column}.": "Det största värdet är {figure}: {row}, {column}.",
    "new codes of the finished sources, by their dates": "nya koder i de färdiga källorna, efter datum",
    "base {base}, run {run}, at most {threshold} % new: {reached}":
        "bas {base}, följd {run}, högst {threshold} % nytt: {reached}",
    "{sources} sources bring {codes} codes.": "{sources} källor ger {codes} koder.",
    "Not finished, so left out: {names}": "Inte färdiga, så de är inte med: {names}",
    "A code (or theme) with itself has no colour: all its excerpts are there.":
        "En kod (eller ett tema) med sig själv har ingen färg: där står alla dess utdrag.",
    "{n} bars.": "{n} staplar.",
    "The longest is {name}: {figure}.": "Den längsta är {name}: {figure}.",
    "finished sources: {n} of {total}": "färdiga källor: {n} av {total}",
    "participants: {n}": "deltagare: {n}",
    "{n} h": "{n} h",
    "{n} min": "{n} min",
    "Boundaries: Statistics Sweden (SCB), simplified": "Gränser: SCB, förenklade",
    "No material: {names}": "Inget material: {names}",
    "Only: {filter}": "Urval: {filter}",
    "Made {day} with qualkit {version}": "Gjord {day} med qualkit {version}",
}  # fmt: skip
