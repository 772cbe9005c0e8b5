"""A made-up interview guide and what made-up moderators say: written before there was a way to find questions in it.

`SAID` holds two halves, by hand: thresholds were chosen on the first, and the second tells how well they do. An empty
id: it asks none of the guide's questions, though it may ask something, or repeat what somebody said.
"""

from __future__ import annotations

QUESTIONS = {
    "q1": "Vilka digitala tjänster använder du i din vardag?",
    "q2": "Vad upplever du som svårast med att legitimera dig på nätet?",
    "q3": "Vem brukar du fråga om du behöver hjälp?",
    "q4": "Hur fick du veta att det här stället finns?",
    "q5": "Hur skulle du vilja att kommunen hjälpte till?",
    "q6": "Känner du dig trygg när du betalar räkningar på internet?",
    "q7": "Vad hände senast du besökte kontoret?",
    "q8": "Hur ser samarbetet ut mellan biblioteket och Skatteverket?",
    "q9": "Är det något mer som du vill ta upp innan vi slutar?",
    "q10": "Berätta lite om dig själv och var du bor.",
}

FIRST_HALF = (
    ("", "Då sätter jag på inspelningen nu, hoppas det går bra."),
    ("", "Tack för att du ville komma hit och prata med mig i dag."),
    ("q10", "Kan du börja med att berätta lite om dig själv, var du bor och så?"),
    ("", "Hur länge har du bott där?"),
    ("", "Okej, intressant."),
    ("q1", "Vilka tjänster på nätet är det du använder till vardags?"),
    ("", "Är det mest på telefonen du gör det?"),
    ("", "Mm, jag förstår precis vad du menar."),
    ("q2", "Om vi går över till det här med att legitimera sig på nätet, vad tycker du är svårast?"),
    ("", "Så det var själva koden som krånglade?"),
    ("", "Har du fortfarande den gamla dosan hemma?"),
    ("q3", "När du behöver hjälp med något sådant, vem frågar du då?"),
    ("", "Din dotter alltså, och hon bor i närheten?"),
    ("q6", "Hur trygg känner du dig med att betala räkningarna över internet?"),
    ("", "Vad var det som gjorde dig orolig den gången?"),
    ("q4", "Och hur fick du reda på att det här stället fanns?"),
    ("", "Var det en affisch eller stod det i tidningen?"),
    ("q7", "Berätta om vad som hände sist du var på kontoret."),
    ("", "Fick du vänta länge innan det blev din tur?"),
    ("", "Kom du ihåg att ta med dig pappren då?"),
    ("q5", "Vad skulle du vilja att kommunen gjorde för att hjälpa till?"),
    ("", "Det låter som en bra idé, tycker jag."),
    ("q8", "Skulle du kunna beskriva hur biblioteket och Skatteverket samarbetar?"),
    ("", "Träffas ni regelbundet eller ringer ni bara varandra?"),
    ("", "Vi har ungefär tio minuter kvar nu."),
    ("q9", "Innan vi slutar, är det något annat du vill ta upp?"),
    ("", "Då stänger jag av här, tack så jättemycket."),
)

SECOND_HALF = (
    ("", "Hej och välkomna allihop, det finns kaffe där borta."),
    ("", "Det ni säger här stannar i det här rummet."),
    ("q10", "Jag tänkte att ni kunde presentera er och säga var ni bor någonstans."),
    ("", "Då fortsätter vi med dig."),
    ("q1", "Till vardags då, vad använder ni för digitala tjänster?"),
    ("", "Någon annan som har samma erfarenhet?"),
    ("", "Använder ni någon app för bussen också?"),
    ("q3", "Och vem vänder ni er till om ni behöver hjälp?"),
    ("", "Händer det ofta att barnbarnen får rycka in?"),
    ("", "Det var många som nickade nu."),
    ("q2", "Vad är det som är svårt när man ska legitimera sig på nätet, enligt er?"),
    ("", "Du nämnde att det tog tre veckor, kan du utveckla det?"),
    ("q4", "Det här stället, hur fick ni veta att det fanns?"),
    ("", "Så det var grannen som berättade?"),
    ("q7", "Om du tänker på senaste besöket på kontoret, vad hände då?"),
    ("", "Vad sa personalen till dig?"),
    ("", "Blev du färdig samma dag eller fick du komma tillbaka?"),
    ("q6", "Är det tryggt att betala sina räkningar på internet, vad känner du?"),
    ("", "Brukar du kontrollera beloppet två gånger?"),
    ("q8", "Hur funkar det egentligen, samarbetet mellan Skatteverket och biblioteket?"),
    ("", "Och vem är det som bestämmer över schemat?"),
    ("", "Nu hörde jag inte riktigt, kan du ta det en gång till?"),
    ("q5", "På vilket sätt skulle ni vilja att kommunen hjälper till?"),
    ("", "Mer personal, alltså."),
    ("", "Jag ska bara byta batteri i mikrofonen."),
    ("q9", "Finns det något mer ni vill ta upp innan vi slutar för dagen?"),
    ("", "Då säger vi så, tusen tack."),
)

FREELY = (  # the same questions in other words: how much is missed
    ("q1", "Vad gör du på datorn och telefonen en vanlig dag?"),
    ("q2", "Det där med BankID och inloggning, vad är krångligast?"),
    ("q3", "Finns det någon som du ringer till när det strular?"),
    ("q4", "Hur hittade du hit första gången?"),
    ("q5", "Om kommunen skulle göra något åt det, vad vore bäst?"),
    ("q6", "Litar du på internetbanken när räkningarna ska betalas?"),
    ("q7", "Minns du förra gången du var på kontoret, hur gick det till?"),
    ("q8", "Biblioteket och Skatteverket, jobbar de ihop på något vis?"),
    ("q9", "Har vi glömt något som du ville säga?"),
    ("q10", "Vem är du, och var kommer du ifrån?"),
)
