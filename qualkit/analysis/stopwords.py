"""Words that say nothing about what a text is about: the small words of a language, and those that fill pauses.

Our own lists, made by going through the kinds of small words (pronouns, prepositions, conjunctions, auxiliary verbs,
adverbs of degree and place, fillers of speech) and their forms. Words that a study may be about (`kan`, `inte`, `not`)
are among them: what is left out of a list of words is never left out of a search.
"""

from __future__ import annotations

from functools import cache

_SWEDISH = """
jag mig min mitt mina du dig din ditt dina han honom hans hon henne hennes hen hens den det dess dem dom de deras vi oss
vår vårt våra ni er ert era man en ens sig sin sitt sina själv själva
denna denne detta dessa här där hit dit härifrån därifrån vem vems vad hur varför när vilken vilket vilka som sån
sånt såna sådan sådant sådana
samma ingen inget inga någon något några nån nåt nåra all allt alla varje var vart varandra annan annat
andra båda både många mycket mer mest få färre lite litet mindre minst nog ett två
och eller men utan fast så för att om medan innan sedan sen tills eftersom därför då än ju väl nu alltså samt dock
ändå också även bara inte ej icke aldrig alltid ofta ibland kanske redan igen längre precis ungefär ganska väldigt
jätte rätt helt
i på av till från med mot hos under över vid mellan genom inom utom kring runt efter före åt ur ner upp in ut bort fram
tillbaka kvar iväg omkring förbi per via enligt trots
är var vara varit vore blir bli blev blivit har ha hade haft kan kunna kunde kunnat ska skall skulle vill vilja ville
velat får få fick fått måste bör borde brukar bruka brukade går gå gick gått kommer komma kom kommit gör göra gjorde
gjort ser se såg sett säger säga sa sade sagt tar ta tog tagit ger ge gav gett finns fanns heter tror tycker vet tänker
låter
ja jo nej mm mhm hm eh öh ah aa ok okej alltså asså liksom typ ba bara va visst jaha jaså nä näe nja nämligen faktiskt
egentligen sådär såhär precis absolut tack hej
"""

_ENGLISH = """
i me my mine myself you your yours yourself yourselves he him his himself she her hers herself it its itself we us our
ours ourselves they them their theirs themselves one ones
this that these those here there where who whom whose what which when why how such same some any no none nothing nobody
something somebody someone anything anybody anyone everything everybody everyone all both each every either neither
other others another many much more most few fewer little less least several enough two
and or but nor so if because since while until unless although though whereas than then as that
not never always often sometimes maybe perhaps already again still yet just only also too even very quite rather really
pretty almost about around exactly now today
in on at by for with without from to into onto of off out up down over under between among through during before after
above below against across along behind beside beyond near toward towards upon within per via
am is are was were be been being have has had having do does did doing done can could may might must shall should will
would ought get gets got getting go goes going went gone come comes came coming make makes made say says said see sees
saw know knows knew think thinks thought want wants take takes took let lets
i'm i've i'd i'll you're you've you'd you'll he's she's it's we're we've we'd we'll they're they've that's there's
what's who's let's isn't aren't wasn't weren't don't doesn't didn't can't couldn't won't wouldn't shouldn't haven't
hasn't hadn't
a an the yes yeah yep no nope oh ok okay well er erm uh um mm hmm hm like actually basically right sort kind mean thing
things anyway
"""

_LISTS = {"sv": _SWEDISH, "en": _ENGLISH}


@cache
def stopwords(language: str) -> frozenset[str]:
    """The small words of a language ("sv", "en-GB"), folded as keywords see words; none where we have no list."""
    return frozenset(_LISTS.get(language.split("-")[0].casefold(), "").split())
