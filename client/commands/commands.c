/*
 * commands.c: the table of commands, in the order in which people meet them. One file each; no logic here.
 */
#include "client/commands/run.h"

#include <stddef.h>

const struct command commands[] = {
    { .name = "enrol",
      .synopsis = "enrol CODE [--passphrase]",
      .nl = "Meld dit programma aan met de code die u kreeg",
      .en = "Enrol this program with the code that you were given",
      .help_nl =
          "De sleutel wordt hier gemaakt en verlaat deze computer niet. Met --passphrase vraagt het programma om "
          "een wachtwoordzin die de sleutel beschermt; latere opdrachten vragen erom, of nemen "
          "CIMONITOR_PASSPHRASE. Wie al aangemeld was, houdt alles wat nog niet verzonden is.",
      .help_en = "The key is made here and does not leave this computer. With --passphrase the program asks for a "
                 "passphrase that protects the key; later commands ask for it, or take CIMONITOR_PASSPHRASE. Whoever "
                 "was enrolled already keeps all that was not sent yet.",
      .run = run_enrol },
    { .name = "status",
      .synopsis = "status",
      .nl = "Wie u bent, welke rondes er zijn, en wat nog niet verzonden is",
      .en = "Who you are, which rounds there are, and what was not sent yet",
      .help_nl = "Werkt zonder netwerk. Afloop 3 als iets uw aandacht vraagt.",
      .help_en = "Works without a network. Exit status 3 where something needs your attention.",
      .needs_enrolment = true,
      .run = run_status },
    { .name = "sync",
      .synopsis = "sync [--progress] [--follow]",
      .nl = "Verstuur wat nieuw is en haal op wat anderen maakten",
      .en = "Send what is new and fetch what others made",
      .help_nl =
          "Mag op elk moment worden onderbroken. Afloop 3 als iets uw aandacht vraagt (geweigerd, te laat, of "
          "antwoorden die naast elkaar staan), 4 zonder verbinding: uw werk is bewaard. Met --follow blijft het "
          "verbonden tot u stopt: wat u schrijft gaat meteen weg, wat anderen schrijven komt meteen binnen, en is "
          "er een tijd geen netwerk, dan gaat het daarna vanzelf verder.",
      .help_en =
          "May be interrupted at any moment. Exit status 3 where something needs your attention (refused, late, "
          "or answers side by side), 4 without a connection: your work is safe. With --follow it stays connected until "
          "you stop it: what you write goes at once, what others write comes at once, and where there is no network "
          "for "
          "a while it goes on by itself.",
      .needs_enrolment = true,
      .run = run_sync },
    { .name = "bundle",
      .synopsis = "bundle FILE | bundle --reply FILE",
      .nl = "Synchroniseer zonder verbinding: via een bestand en het programmateam",
      .en = "Sync without a connection: by a file and the central team",
      .help_nl =
          "Schrijft wat nieuw is in BESTAND, verzegeld: alleen de server kan het lezen. Stuur het aan het "
          "programmateam; dat geeft het aan de server (cimonitor accept) en stuurt een antwoord terug, dat alleen u "
          "kunt lezen: "
          "cimonitor bundle --reply BESTAND. Pas dan is uw werk bij de server; tot dan blijft het hier. Een bestand "
          "mag meer keren aangeboden worden. Wacht met een volgend bestand tot het antwoord er is: alleen het antwoord "
          "op "
          "het nieuwste wordt ingelezen.",
      .help_en =
          "Writes what is new into FILE, sealed: the server alone can read it. Send it to the central team, who give "
          "it to the server (cimonitor accept) and send back an answer that you alone can read: cimonitor bundle "
          "--reply "
          "FILE. Your work is on the server only then; until then it stays here. A file may be offered more than once. "
          "Wait with the next file until the answer is here: only the answer to the newest one is taken in.",
      .needs_enrolment = true,
      .run = run_bundle },
    { .name = "questions",
      .synopsis = "questions ROUND [--mine] [--theme THEME] [--open] [--audience GROUP]",
      .nl = "De vragen van een ronde, met wat er is ingevuld",
      .en = "The questions of a round, with what is filled in",
      .help_nl = "Achter een antwoord staat ↑ als het nog niet verzonden is, en ≠ als een collega iets anders "
                 "antwoordde; die antwoorden staan er dan onder. --mine: de vragen voor uw functie. --open: wat nog "
                 "niet beantwoord is. GROEP is buyer (inkoper), policy_officer (beleidsmaker), operational_officer "
                 "(uitvoerend medewerker) of executive (bestuurder).",
      .help_en = "Behind an answer stands ↑ where it was not sent yet, and ≠ where a colleague answered something "
                 "else; those answers stand below it. --mine: the questions for your function. --open: what is not "
                 "answered yet. GROUP is buyer, policy_officer, operational_officer or executive.",
      .needs_enrolment = true,
      .run = run_questions },
    { .name = "answer",
      .synopsis =
          "answer ROUND QUESTION VALUE [--remark TEXT] [--note TEXT] [--evidence REFERENCE …] [--working-on WHO] "
          "[--planned DATE] [--unknown] [--not-applicable REASON] [--clear] | answer ROUND --from FILE",
      .nl = "Beantwoord een vraag, ook zonder netwerk",
      .en = "Answer a question, also without a network",
      .help_nl =
          "WAARDE hangt van de vraag af: een niveau van 0 tot en met 4, een percentage, een getal, ja, deels of "
          "nee, keuzes met komma's ertussen, bedragen of tekst. Zonder waarde zegt het programma wat er kan. "
          "Weet u het niet: --unknown (telt als 0). Geldt de vraag niet voor u: --not-applicable met de reden. "
          "Wat u niet noemt, blijft zoals het was. --remark: toelichting voor wie het leest; zij kan openbaar "
          "worden (Woo). --note: interne notitie, wordt nooit ingediend. --evidence: een webadres of een "
          "verwijzing zoals een zaaknummer; samen komen ze in de plaats van het bewijs dat er stond, en met "
          "\"\" is er geen meer. --working-on en --planned: wie eraan werkt en wanneer het klaar is. --clear "
          "neemt het antwoord terug. In BESTAND staat op elke regel een vraag, een tab en een waarde: alles wordt "
          "bewaard, of niets. Staan er verschillende antwoorden naast elkaar: cimonitor conflicts.",
      .help_en =
          "VALUE depends on the question: a level 0 to 4, a percentage, a number, yes, partly or no, options by comma, "
          "amounts or text. Without a value the program says what there is. If you do not know: --unknown (counts as "
          "0). If the question does not apply to you: --not-applicable with the reason. What you do not name stays as "
          "it was. --remark: for whoever reads it; it may be disclosed. --note: internal, never submitted. --evidence: "
          "a web address or a reference such as a case number; together they take the place of the evidence that was "
          "there, and with \"\" there is none. --working-on and --planned: who works on it and when it should be done. "
          "--clear takes the answer back. Each line of FILE is a question, a tab and a value: all are saved, or none. "
          "Where different answers stand side by side: cimonitor conflicts.",
      .needs_enrolment = true,
      .run = run_answer },
    { .name = "fill",
      .synopsis = "fill ROUND [--mine] [--theme THEME] [--all]",
      .nl = "Loop de vragen één voor één langs",
      .en = "Go through the questions one by one",
      .help_nl = "Elke vraag komt met de uitleg, het advies en wat er al staat. Elk antwoord is meteen bewaard; "
                 "stoppen kan altijd. --all: ook wat al beantwoord is. --mine: alleen de vragen voor uw functie. Met ? "
                 "ziet u wat u kunt typen.",
      .help_en = "Each question comes with its explanation, its advice and what stands there already. Each answer is "
                 "saved at once; you can stop at any time. --all: also what was answered already. --mine: only the "
                 "questions for your function. With ? you see what you can type.",
      .needs_enrolment = true,
      .run = run_fill },
    { .name = "conflicts",
      .synopsis = "conflicts [ROUND]",
      .nl = "Vragen met verschillende antwoorden naast elkaar: van wie, wanneer, en welk nu telt",
      .en = "Questions with different answers side by side: whose, when, and which counts now",
      .help_nl =
          "Wie tegelijk iets anders antwoordde, raakt niets kwijt: de antwoorden staan naast elkaar tot iemand van "
          "uw gemeente kiest. Intussen telt wat er het eerst stond. Tijden zijn naar de klok van wie het schreef. "
          "Werkt zonder netwerk. Afloop 3 zolang een vraag om een keuze vraagt.",
      .help_en = "Who answered something else at the same time loses nothing: the answers stand side by side until "
                 "somebody of your municipality chooses. Meanwhile what stood first counts. Times are by the clock of "
                 "whoever wrote it. Works without a network. Exit status 3 as long as a question asks for a choice.",
      .needs_enrolment = true,
      .run = run_conflicts },
    { .name = "resolve",
      .synopsis = "resolve ROUND QUESTION NUMBER | resolve ROUND QUESTION --value VALUE [--remark TEXT]",
      .nl = "Kies een van de antwoorden die naast elkaar staan, of geef een nieuw antwoord",
      .en = "Choose one of the answers that stand side by side, or give a new one",
      .help_nl =
          "NUMMER is het nummer dat cimonitor conflicts laat zien; dat antwoord geldt, met alles wat erbij staat. "
          "WAARDE zoals bij cimonitor answer. Werkt zonder netwerk, en geldt voor iedereen na cimonitor sync. Een "
          "antwoord dat u nog niet te zien kreeg, blijft ernaast staan.",
      .help_en =
          "NUMBER is what cimonitor conflicts shows; that answer holds, with all that comes with it. VALUE as with "
          "cimonitor answer. Works without a network, and holds for everybody after cimonitor sync. An answer that "
          "you were not shown yet stays beside it.",
      .needs_enrolment = true,
      .run = run_resolve },
    { .name = "attention",
      .synopsis = "attention [--dismiss NUMBER]",
      .nl = "Wat uw aandacht vraagt: wat de server niet aannam, en antwoorden naast elkaar",
      .en = "What needs your attention: what the server did not accept, and answers side by side",
      .help_nl =
          "Niets van wat de server niet aannam is weg: het staat op deze computer, en wat te laat kwam ook bij de "
          "server. Een melding gaat vanzelf weg zodra een later antwoord van u op hetzelfde is aangenomen, of het "
          "programmateam het "
          "toelaat. --dismiss haalt een melding weg; ze blijft te lezen met cimonitor log. Kiezen tussen antwoorden "
          "gaat met cimonitor conflicts. Afloop 3 zolang iets uw aandacht vraagt, zoals bij cimonitor status.",
      .help_en =
          "None of what the server did not accept is gone: it is on this computer, and what came late is at the server "
          "too. An entry goes by itself once a later answer of yours to the same was accepted, or the central team "
          "admits it. --dismiss "
          "takes an entry away; it can still be read with cimonitor log. Choosing between answers is done by cimonitor "
          "conflicts. Exit status 3 as long as something needs your attention, as with cimonitor status.",
      .needs_enrolment = true,
      .run = run_attention },
    { .name = "log",
      .synopsis = "log [ROUND] [QUESTION]",
      .nl = "Wie wat veranderde, wanneer, wat er daarvoor stond, en wat ervan werd",
      .en = "Who changed what, when, what stood before, and what became of it",
      .help_nl =
          "Wat deze computer weet: wat u zelf schreef, ook wat geweigerd of weggehaald is, en wat hij van anderen zag "
          "bij het synchroniseren. Wat daartussen gebeurde staat alleen bij de server. Werkt zonder netwerk.",
      .help_en =
          "What this computer knows: what you wrote, also what was refused or taken away, and what it saw of others "
          "when it synced. What happened in between is at the server alone. Works without a network.",
      .needs_enrolment = true,
      .run = run_log },
    { .name = "late",
      .synopsis = "late [MUNICIPALITY] [--admit ID]",
      .nl = "Wat na het sluiten van de ronde kwam: bewaard, niet geteld; het programmateam kan het toelaten",
      .en = "What came after the round had closed: kept, not counted; the central team can admit it",
      .help_nl =
          "Vraagt het de server. Wie voor een gemeente werkt ziet wat die gemeente te laat stuurde, met de "
          "antwoorden; het programmateam ziet van alle gemeenten wat het is en van wie, niet wat er geantwoord is. "
          "--admit (programmateam): dit telt alsnog, na cimonitor sync.",
      .help_en = "Asks the server. Whoever works for a municipality sees what that municipality sent late, with the "
                 "answers; the central team sees of all municipalities what it is and whose, not what was answered. "
                 "--admit (central team): this one counts after all, after cimonitor sync.",
      .needs_enrolment = true,
      .run = run_late },
    { .name = "score",
      .synopsis = "score ROUND [--by-spend]",
      .nl = "Waar uw gemeente staat en waar het meest te winnen is",
      .en = "Where your municipality stands and where there is most to gain",
      .help_nl = "Een score loopt van 0 tot 100. Het getal bij ‘waar het meest te winnen is’ zegt hoeveel punten het "
                 "totaal stijgt als die vraag de volle score krijgt. Met --by-spend weegt elke inkoopcategorie naar "
                 "wat u er uitgeeft (vraag S2.5). Voor uzelf: niemand buiten uw gemeente ziet dit.",
      .help_en =
          "A score runs from 0 to 100. The number at ‘where most is to be gained’ says how many points the overall "
          "score rises where that question gets its full score. With --by-spend each procurement category weighs by "
          "what you spend on it (question S2.5). For yourselves: nobody outside your municipality sees this.",
      .needs_enrolment = true,
      .run = run_score },
    { .name = "compare",
      .synopsis = "compare ROUND [--questions] [--adopted]",
      .nl = "Uw gemeente naast regio, provincie en land",
      .en = "Your municipality beside region, province and nation",
      .help_nl = "Met de cijfers van uw laatste sync; werkt zonder netwerk. --questions: ook elke vraag. --adopted: "
                 "alleen wat besturen vaststelden, zodra de ronde is vrijgegeven.",
      .help_en = "With the figures of your last sync; works without a network. --questions: each question too. "
                 "--adopted: only what executive boards adopted, once the round is released.",
      .needs_enrolment = true,
      .run = run_compare },
    { .name = "submit",
      .synopsis = "submit ROUND",
      .nl = "Dien de vragenlijst van uw gemeente in",
      .en = "Submit your municipality's questionnaire",
      .help_nl = "Voor de trekker en de bestuurder. Alles wat nu is ingevuld gaat naar het college; daarna legt de "
                 "bestuurder vast dat het is vastgesteld, of stuurt het terug (cimonitor adopt). Opnieuw indienen kan "
                 "pas als het is teruggestuurd.",
      .help_en = "For the lead and the executive. All that is filled in now goes to the executive board; then the "
                 "executive records that it was adopted, or sends it back (cimonitor adopt). It can be submitted again "
                 "only once it was sent back.",
      .needs_enrolment = true,
      .run = run_submit },
    { .name = "adopt",
      .synopsis = "adopt ROUND [NUMBER] [--request-changes]",
      .nl = "Leg vast dat het college de lijst vaststelde, of stuur haar terug",
      .en = "Record that the executive board adopted it, or send it back",
      .help_nl =
          "Voor de bestuurder. Vastgesteld wordt precies wat is ingediend, en dat verandert niet meer. Met "
          "--request-changes gaat de lijst terug naar de trekker. Staan er vastgestelde lijsten naast elkaar, dan "
          "houdt u er één aan met het nummer uit cimonitor conflicts.",
      .help_en =
          "For the executive. Exactly what was submitted is adopted, and that does not change any more. With "
          "--request-changes the list goes back to the lead. Where adopted lists stand side by side, you keep one "
          "by its number in cimonitor conflicts.",
      .needs_enrolment = true,
      .run = run_adopt },
    { .name = "receipt",
      .synopsis = "receipt ROUND [--out FILE] | receipt check FILE [--ca FINGERPRINT]",
      .nl = "Het ontvangstbewijs van wat is ingediend, en of het in de gepubliceerde cijfers zit",
      .en = "The receipt of what was submitted, and whether it is in the published figures",
      .help_nl =
          "De server ondertekent wat hij van uw lijst heeft; de sync haalt het op. Is de ronde vrijgegeven, dan "
          "toont het bewijs ook dat uw vastgestelde lijst in de gepubliceerde cijfers zit. --out schrijft een "
          "bestand voor de raad of de accountant. Met check gaat ieder zo'n bestand na, zonder netwerk en zonder "
          "aangemeld te zijn; --ca is de vingerafdruk (SHA-256) van de CA van de server, van het programmateam.",
      .help_en =
          "The server signs what it has of your list; sync fetches that. Once the round is released, the receipt "
          "also shows that your adopted list is in the published figures. --out writes a file for the council or "
          "the accountant. With check anybody can check such a file, without a network and without being "
          "enrolled; --ca is the fingerprint (SHA-256) of the server's CA, from the central team.",
      .needs_enrolment = true,
      .alone = "check",
      .run = run_receipt },
    { .name = "benchmark",
      .synopsis = "benchmark ROUND [--area CODE …] [--node NODE …] [--adopted]",
      .nl = "De cijfers van gebieden, zoals de server ze nu heeft",
      .en = "The figures of areas as the server has them now",
      .help_nl = "Zonder --area: uw eigen gebieden, of het land. CODE is NL, een provincie (PV25), een regio "
                 "(RES-ACHTERHOEK) of een grootteklasse (SC1 … SC5, zodra de ronde is vrijgegeven). ONDERDEEL is "
                 "overall, een niveau, thema, speerpunt of vraag; een verkeerde noemt wat er is. --adopted: alleen wat "
                 "besturen vaststelden, na de vrijgave. Wie meedoet ziet alleen wie het gebied begeleidt.",
      .help_en = "Without --area: your own areas, or the nation. CODE is NL, a province (PV25), a region "
                 "(RES-ACHTERHOEK) or a size class (SC1 … SC5, once the round is released). NODE is overall, a level, "
                 "theme, focal point or question; a wrong one names what there is. --adopted: only what executive "
                 "boards adopted, after the release. Who takes part is shown only to who coordinates the area.",
      .needs_enrolment = true,
      .run = run_benchmark },
    { .name = "watch",
      .synopsis = "watch ROUND [--area CODE …] [--node NODE …] [--adopted] [--for SECONDS]",
      .nl = "Volg cijfers en deelname terwijl ze bewegen",
      .en = "Follow figures and participation as they move",
      .help_nl = "Met dezelfde opties als benchmark; stopt met Ctrl-C, of na --for seconden.",
      .help_en = "With the same options as benchmark; ends with Ctrl-C, or after --for seconds.",
      .needs_enrolment = true,
      .run = run_watch },
    { .name = "rounds",
      .synopsis = "rounds",
      .nl = "Welke rondes er zijn en hoe ze ervoor staan",
      .en = "Which rounds there are and their state",
      .needs_enrolment = true,
      .run = run_rounds },
    { .name = "people",
      .synopsis = "people [--area CODE]",
      .nl = "Wie er zijn uitgenodigd, met rol, installaties en intrekkingen",
      .en = "Who was invited, with role, installs and revocations",
      .needs_enrolment = true,
      .run = run_people },
    { .name = "invite",
      .synopsis = "invite --role ROLE [--area CODE …] --name NAME [--function TEXT] [--department TEXT] [--person ID] "
                  "[--days N]",
      .nl = "Nodig iemand uit (programmateam); de laatste regel is de code",
      .en = "Invite somebody (central team); the last line is the code",
      .help_nl = "ROL is respondent, lead, executive, coordinator, central of auditor. De code werkt één keer en "
                 "verloopt na 14 dagen, of na --days (1 tot 90). Met --person krijgt iemand die er al is een code "
                 "voor een volgende computer.",
      .help_en =
          "ROLE is respondent, lead, executive, coordinator, central or auditor. The code works once and expires "
          "after 14 days, or after --days (1 to 90). With --person somebody who is there already gets a code "
          "for a further computer.",
      .needs_enrolment = true,
      .run = run_invite },
    { .name = "accept",
      .synopsis = "accept FILE [REPLY]",
      .nl = "Geef de server het bestand van wie geen verbinding heeft (programmateam)",
      .en = "Give the server the file of somebody without a connection (central team)",
      .help_nl =
          "BESTAND is gemaakt met cimonitor bundle, en is voor u niet te lezen. Het antwoord komt in ANTWOORD, of in "
          "BESTAND.reply: stuur dat terug. Ging er onderweg iets mis, geef BESTAND dan opnieuw: dubbel telt niet.",
      .help_en = "FILE was made by cimonitor bundle, and cannot be read by you. The answer goes into REPLY, or into "
                 "FILE.reply: send that back. Where something went wrong on the way, give FILE again: twice does not "
                 "count double.",
      .needs_enrolment = true,
      .run = run_accept },
    { .name = "revoke",
      .synopsis = "revoke PERSON-OR-INSTALL",
      .nl = "Trek de toegang van iemand of van één installatie in (programmateam)",
      .en = "Revoke the access of somebody, or of one install (central team)",
      .help_nl =
          "PERSOON-OF-INSTALLATIE is een nummer uit: cimonitor people (een installatie: met --json). Het kan niet "
          "ongedaan gemaakt worden. Wat iemand al verzond, blijft.",
      .help_en = "PERSON-OR-INSTALL is an id from: cimonitor people (of an install: with --json). It cannot be undone. "
                 "What somebody sent already stays.",
      .needs_enrolment = true,
      .run = run_revoke },
    { .name = "publish",
      .synopsis = "publish FILE.yaml [--dry-run]",
      .nl = "Publiceer een versie van de vragenlijst (programmateam)",
      .en = "Publish a version of the questionnaire (central team)",
      .help_nl = "Alle fouten worden genoemd, met bestand en regel. Wat gepubliceerd is, verandert niet meer.",
      .help_en = "Every mistake is named, with file and line. What is published does not change any more.",
      .needs_enrolment = true,
      .run = run_publish },
    { .name = "round",
      .synopsis = "round plan|open|close|release ROUND [--questionnaire NAME/VERSION] [--opens DATE] [--closes DATE]",
      .nl = "Plan, open, sluit een ronde of geef haar vrij (programmateam)",
      .en = "Plan, open, close or release a round (central team)",
      .help_nl = "RONDE is een jaar, zoals 2026. Een ronde wordt gepland, geopend, gesloten en vrijgegeven, en gaat "
                 "nooit terug. Met het vrijgeven legt de server vast welke vastgestelde lijsten in de cijfers zitten "
                 "(cimonitor receipt). Een nieuwe ronde heeft een vragenlijst nodig, zoals ci/1. DATUM is JJJJ-MM-DD; "
                 "de datums zijn voor de mensen, openen en sluiten doet u zelf.",
      .help_en =
          "ROUND is a year, such as 2026. A round is planned, opened, closed and released, and never goes "
          "back. By releasing it the server records which adopted lists are in the figures (cimonitor receipt). A "
          "new one needs a questionnaire, such as ci/1. DATE is YYYY-MM-DD; the dates are for people, opening and "
          "closing is done by you.",
      .needs_enrolment = true,
      .run = run_round },
    { .name = NULL },
};
