"""The words around names in German and English, and the words that only look like names.

All sets hold case-folded words.
"""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES: Final = _words("""
    frau fr herr herrn hr hrn fräulein familie fam eheleute mr mrs ms miss mx mister madam sir lady lord mme
    monsieur madame señor señora signor signora schwester pater pastor pfarrer bay bey hanım pan pani
""")
"""They stand before a name and do not belong to it."""

ACADEMIC: Final = _words("""
    dr prof professor doktor dipl ing mag med pd priv-doz rer nat jur phil habil
""")
"""They stand before a name and belong to it."""

KIN: Final = _words("""
    frau mann ehefrau ehemann gatte gattin sohn tochter bruder schwester mutter vater mama mami mutti papa papi
    vati oma omi opa opi uroma uropa großmutter großvater tante onkel schwager schwägerin schwiegermutter
    schwiegervater schwiegersohn schwiegertochter enkel enkelin enkelsohn enkeltochter neffe nichte cousin
    cousine kusine vetter kumpel kumpeline freund freundin ex verlobte verlobter partner partnerin
    lebensgefährte lebensgefährtin mitbewohner mitbewohnerin patenkind patentante patenonkel stiefsohn
    stieftochter zwilling nachbar nachbarin nachbarn kollege kollegin kollegen chef chefin wife husband hubby
    son daughter brother bro sister sis mother mum mom mummy mommy father dad daddy nan nana gran granny grandma
    grandpa granddad grandad grandmother grandfather aunt auntie aunty uncle nephew niece boyfriend girlfriend
    fiancé fiancée fiance fiancee mate buddy pal friend neighbour neighbor colleague boss flatmate roommate
    mother-in-law father-in-law brother-in-law sister-in-law stepdad stepmum kid
""")
"""Relatives, friends and neighbours: a name may follow."""

ROLES: Final = _words("""
    techniker technikerin monteur monteurin mitarbeiter mitarbeiterin bearbeiter bearbeiterin sachbearbeiter
    sachbearbeiterin berater beraterin verkäufer verkäuferin kundenberater kundenberaterin patient patientin
    kunde kundin arzt ärztin hausarzt hausärztin hautarzt zahnarzt zahnärztin kinderarzt kinderärztin anwalt
    anwältin rechtsanwalt rechtsanwältin fahrer fahrerin lieferant lehrer lehrerin klassenlehrer klassenlehrerin
    trainer trainerin vermieter vermieterin hausmeister hausmeisterin filialleiter filialleiterin leiter
    leiterin geschäftsführer geschäftsführerin azubi praktikant praktikantin ansprechpartner ansprechpartnerin
    ansprechperson kontaktperson empfänger empfängerin inhaber inhaberin kontoinhaber kontoinhaberin besteller
    autor autorin redakteur redakteurin betreuer betreuerin pfleger pflegerin therapeut therapeutin polizist
    polizistin verstorbene verstorbener technician engineer driver manager advisor adviser agent rep clerk
    teacher doctor doc gp nurse lawyer solicitor landlord landlady coach plumber electrician customer client
    courier author account-holder cardholder recipient witness
""")
"""What somebody is to somebody by trade: a name may follow."""

PARTICLES: Final = _words("""
    von van vom zu zur de der den del della di da do dos du la le al el bin ibn abu ben af ter ten mac mc ní nic
    ó ui
""")
"""They stand between a first name and a surname."""

SENTENCE_WORDS: Final = _words("""
    der die das den dem des ein eine einer einem einen eines kein keine keiner keinen keinem ich du er sie es
    wir ihr mich dich ihn uns euch mir dir ihm ihnen mein meine meiner meinem meinen dein deine sein seine
    seiner seinem seinen ihre ihrem ihren ihrer unser unsere unserer unserem unseren euer eure eurer eurem euren
    dieser diese dieses diesem diesen jener jene jenes welcher welche welches wer was wen wem wessen wo wohin
    woher wann warum wieso weshalb wie und oder aber denn sondern doch sowie weil dass daß ob wenn falls als
    bevor nachdem während bis seit obwohl damit sodass also daher deshalb deswegen trotzdem dennoch jedoch
    außerdem zudem übrigens eigentlich leider gerne gern bitte danke ja nein nee nö nicht nichts nie niemals
    niemand jemand man alle alles viele vieles wenige einige manche mehrere beide jeder jede jedes jedem jeden
    etwas mehr weniger sehr ganz gar nur noch schon immer wieder oft manchmal selten heute gestern morgen jetzt
    gleich bald später früher damals dann danach davor vorher zuerst zuletzt endlich plötzlich sofort hier da
    dort drüben oben unten links rechts vorne hinten innen außen in im an am auf aus bei beim mit nach von vom
    vor zu zum zur für fur gegen ohne um über unter durch zwischen neben hinter wegen trotz statt anstatt
    innerhalb außerhalb ab seitens laut gemäß per pro bin bist ist sind seid war warst waren wart sei wäre wären
    wird werden werde wurde wurden worden hat habe haben hast habt hatte hatten hätte hätten kann können könnte
    könnten konnte muss müssen musste müsste soll sollen sollte sollten will wollen wollte wollten darf dürfen
    dürfte mag möchte möchten mögen lassen lässt geht ging gehe gehen kommt kam komme kommen macht machte mache
    machen sagt sagte sage sagen weiß wissen wusste gibt gab geben nimmt nahm nehmen steht stand stehen liegt
    lag liegen findet fand finden finde braucht brauche brauchen wartet warte warten ruft rief rufe rufen meldet
    melde melden schickt schicke schicken schreibt schreibe schreiben hört höre hören sieht sehe sehen schaut
    schau schaue schauen denkt denke denken glaubt glaube glauben hoffe hoffen frage fragen antwortet vielleicht
    wahrscheinlich sicher bestimmt natürlich klar echt wirklich absolut total richtig falsch gut besser beste
    besten schlecht schlimm schön toll super klasse prima top mega krass geil ok okay naja tja ach oh ah hm hmm
    äh haha lol sorry hallo hi hey moin servus tach grüezi hello dear liebe lieber liebes liebste lieben guten
    gute guter tag abend mittag nacht grüße grüsse gruß gruss lg vg mfg bg zusammen leute team einfach mal eben
    halt bloß wohl etwa circa ca zirka rund fast kaum genau ungefähr erst letzte letzter letztes letzten nächste
    nächster nächstes nächsten erste erster erstes ersten zweite zweiter zweiten dritte dritten andere anderer
    anderes anderen selbst selber allein solange sobald soweit sofern somit sonst ebenso auch sogar überhaupt
    irgendwie irgendwann irgendwo darin daran darauf darüber dabei dafür dagegen dazu davon daraus woran worauf
    wozu womit wofür einmal zweimal einander einzig neu neue neuer neues neuen alt alte alter altes alten kurz
    lang lange gross groß große großer großes klein kleine kleiner kleines ganze ganzer ganzes halbe voll leer
    frei offen ebenfalls seitdem mittlerweile inzwischen zumindest mindestens höchstens wenigstens hab seht ruf
    meld schick gib nimm mach geh komm hilfe achtung vorsicht wow boah puh juhu yeah yes no nope thx ps edit
    update fyi info re fwd betreff cc the a this that these those i you he she it we they me him her us them my
    your his its our their mine yours who whom whose which what when where why how and or but nor so yet for
    because although though if unless until while after before since as at by from into of off on onto out over
    to toward under up with within without about above across against along among around behind below beneath
    beside between beyond down during except inside like near past through throughout via is are were be been
    being have has had do does did done can could may might must shall should would ought not never none nothing
    nobody somebody someone something anybody anyone anything everybody everyone everything all any both each
    either every few many more most much neither other another several some such only own same than too very
    just now then here there today tomorrow yesterday tonight again already always ever often once please thanks
    thank cheers best kind regards sincerely love good great bad nice new old big small long short high low
    early late first last next really actually still even back well omg btw imo get got go goes going went come
    came make made take took see saw know knew think thought say said tell told ask asked use used find found
    give gave work worked call called try tried need needed feel felt leave left let put keep kept begin seem
    help show hear play run move live believe hold bring happen write sit lose pay meet include continue set
    learn change lead understand watch follow stop create speak read dm pm rt happy merry ready sure right wrong
    true false can't don't won't isn't it's that's what's i'm i've i'll you're we're they're he's she's there's
    let's didn't doesn't
""")
"""Articles, pronouns, prepositions, conjunctions, greetings and frequent adverbs, adjectives and verbs."""

NOUNS: Final = _words("""
    januar februar märz april mai juni juli august september oktober november dezember montag dienstag mittwoch
    donnerstag freitag samstag sonnabend sonntag montags frühling sommer herbst winter january february march
    may june july october december monday tuesday wednesday thursday friday saturday sunday spring summer autumn
    fall christmas easter weihnachten ostern pfingsten silvester ramadan advent termin termine uhr zeit jahr
    jahre monat monate woche wochen tag tage stunde stunden minute minuten wochenende urlaub feierabend anruf
    anrufe rückruf mail mails email nachricht nachrichten brief post paket pakete lieferung bestellung
    bestellungen rechnung rechnungen auftrag aufträge vertrag verträge angebot angebote gutschein gutschrift
    geld euro preis preise kosten konto bank karte iban nummer nummern telefon handy hotline service
    kundenservice kundendienst support team firma firmen gmbh ag kg laden filiale markt shop webseite website
    seite internet app account profil daten datenschutz adresse name namen vorname nachname titel kunde kunden
    kundin kundinnen gerät geräte maschine maschinen waschmaschine trockner spülmaschine kühlschrank herd ofen
    fernseher staubsauger kaffee tee wasser strom gas heizung dampf filter ersatzteil ersatzteile reparatur
    garantie gewährleistung problem probleme fehler schaden wasserschaden beschwerde reklamation frage fragen
    antwort antworten hilfe dank grund gründe sache sachen ding dinge mensch menschen leute kind kinder familie
    eltern haus wohnung küche bad keller zimmer garten straße stadt dorf land welt arbeit job chef büro schule
    uni kita klinik krankenhaus arzt polizei gericht anwalt verein partei kirche gott himmel hölle tod leben
    liebe spaß freude glück pech angst ärger wut mist scheiß quatsch unsinn witz ironie grüße bewertung
    bewertungen sterne stern punkt punkte note vergleich test thema themen teil teile ende anfang mitte nähe ort
    orte platz weg wege zug bahn bus auto fahrrad flug reise trinken brot wurst kuchen hund katze tier
    baum blume wald berg see meer sonne regen schnee musik film buch bild bilder foto fotos video videos kanal
    link links tweet tweets kommentar kommentare beitrag beiträge posts story nazi nazis christ christen muslim
    muslime jude juden muslima imam kanzler kanzlerin präsident minister regierung politik politiker medien
    presse zeitung staat volk europa deutschland österreich schweiz amerika china india london washington berlin
    hamburg münchen israel russland türkei art lage chance bett tor kader rand mut macht kraft kopf hand herz
    auge gesicht stimme wort worte satz text sprache deutsch englisch vorgang fälle akte bescheid antrag
    kündigung widerruf einwilligung newsletter werbung auskunft löschung vorsitzende betriebsrat rentner
    rentnerin student studentin schüler schülerin azubi mama papa mutter vater sohn tochter bruder schwester oma
    opa tante onkel mann frau herr herren damen dame junge mädchen baby zwillinge freund freunde kollege
    kollegen nachbar nachbarn beste bester einer keiner mio mrd tsd stück paar set marke modell produkt produkte
    ware kaiser könig königin prinz prinzessin herzog graf bischof papst richter bauer müller koch bäcker
    fischer jäger schneider schuster weber schmied hallo aktion event messe vortrag stand treffen uhrzeit
    schonprogramm programm schleuder trommel tür türen schlauch pumpe motor kabel stecker schalter display
    anzeige anleitung betrieb hersteller händler vertrieb einkauf verkauf versand zustellung abholung rückgabe
    umtausch erstattung rückzahlung überweisung lastschrift mahnung inkasso schufa rabatt aktionscode code
    passwort login zugang anmeldung abmeldung technik techniker monteur fachmann experte chemie physik company
    office house home street road city town country world school university college church hospital police court
    club party government president king queen prince princess lord pope media press news paper book movie music
    song game player coach match season league cup champion star fan fans crowd family child children kids
    people man men woman women guy guys girl girls boy boys lady ladies gentleman gentlemen friend friends folks
    customer customers staff crew manager order orders delivery parcel package invoice refund payment money
    price card number phone message page site store market product products machine washer dryer fridge freezer
    oven kettle toaster hoover warranty repair part parts issue complaint question answer help time day days
    week weeks month months year years hour hours minutes morning afternoon evening night weekend holiday life
    love hope faith grace joy peace charity patience honor justice destiny angel amber crystal ruby pearl jade
    rose lily daisy violet ivy holly heather hazel olive iris dawn eve sunny sky rain snow storm river brook
    lake forest wood stone rock cliff glen dale heath field hill mountain island coast bay beach north south
    east west lane park garden green black white brown grey gray red blue gold silver golden diamond will bill
    mark rob jack nick pat rich rod ray sue drew chase hunter mason cooper carter taylor baker cook porter
    parker walker fisher miller smith tanner turner potter archer reed read knight bishop dean major judge law
    marine ward gene dick dom ben bob buddy lucky true real ever said case sage wise young little long strong
    small big short power rush savage bond banks miles grant lance pierce victor earl duke baron max min
    christian paris sydney austin dallas houston denver phoenix memphis virginia carolina georgia florida
    savannah madison jordan roman german norman francis holland bergen manila victoria brooklyn asia america
    africa europe jesus god buddha allah mercedes porsche ford bentley siri alexa cortana google amazon apple
    tesla edison watt ronaldo romeo elmo boo bo mo lo ty jo al ed gus gal mac ron ami ossi wessi mate toy line
    mare cal dan per van till ernst beat urs lies bitten reiner rein reine edel adel wille stein made lotta
    theres tore malen villa server forum mentor saga indie meta gala luna leo lex tan dino gaby rosa alma stella
    aurora nova diva nina-ricci opel leser leserin leserinnen follower mitglieder zuschauer pizza margherita
    caesar napoli calzone schnitzel salat
""")
"""Nouns of messages to companies, days and months, and words that share their spelling with names."""

SURNAME_NOUNS: Final = _words("""
    schweizer schutz häuser bürger blick meister berner nord ost west süd rauch master berger bücher helm fisch
    wall room trümmer stahl rinne speer ring adler schläger ball held härte mühle arts linke rechte hahn pfleger
    dörfer meeres schlösser wälder zürcher wiener rom reform schwarz weiß weiss rot grün blau braun grau gelb
    hammer bayer schmuck sauber reich brett stolz putz kern bull bach fasching english grand palm beer gut
    lassen ging kurz aller anders neu stark schön frei knapp hell groß winter hart sturm kraft glück vogel fuchs
    wolf bär löwe hirsch hase storch lerche sperling black white power story close list weeks cases real read
    house back way fall post clear green short law storm french dick fresh low judge herbst key small church gay
    mate bright fair mach lord pop stock cross freitag foot kiss lie snow rush smart langer lips harte bond
    banks shine moon jung seven flood singer feld bass marry engl hug price savage flowers major volk priest li
    pages junk ferry victory sherlock mayor grob scharf grüner parent hoes engen yu killer hood moan powers
    carry schauer frisch hook mans bud hunt welch masse heck bah holz stern walls camps nette dam bridge schacht
    comte ban gross curry bird hay springer holt warmer booker klug burger merry feinen knappe steuer bock bravo
    frost reicher rice grill engel fee geiger divine doe miner seil woods ivory klima melody mas herring hacker
    toms kreuzer herd bauch bein fuss fuß hals haar herz kopf mund nagel zahn kranz kreuz kessel topf pfanne
    löffel messer gabel teller krug becher korb sack beutel kasten kiste koffer schrank tisch stuhl bank lampe
    spiegel fenster dach keller boden decke wand zaun hof stall scheune acker wiese weide busch strauch rose
    lilie nelke veilchen apfel birne kirsche pflaume nuss korn weizen roggen hafer gerste mehl butter käse ei
    speck schinken fleisch hering lachs forelle karpfen hecht ochs ochse kuh kalb lamm ziege pferd ross huhn
    ente gans taube rabe krähe fink meise star spatz kuckuck biene hummel fliege mücke käfer wurm schnecke
    frosch kröte schlange ritter graf baron pfaff mönch nonne abt probst vogt schulze schultheiß amtmann zöllner
    krämer händler wirt kellner schenk müller meier sänger spieler pfeifer trommler tänzer maler zimmermann
    tischler schreiner glaser maurer dachdecker klempner gärtner förster köhler bergmann schiffer fährmann
    fuhrmann kutscher bote läufer reiter schütze schmid kaufmann krieger sieger sachs hesse schwab schwabe frank
    franke böhm pohl preuß türk ungar welsch däne friese flügel bogen pfeil schild lanze degen säbel kugel
    pulver feuer flamme funke asche kohle eisen kupfer zinn silber gold demant perle kreide kalk lehm sand kies
    fels quelle brunnen teich weiher strom ufer insel küste hafen turm burg schloss kapelle dom kloster markt
    gasse steg brücke
""")
"""Surnames that are words, too."""

NOT_NAMES: Final = SENTENCE_WORDS | NOUNS | SURNAME_NOUNS
"""Words that are no names by themselves."""

NOUN_ENDINGS: Final = _words("""
    ung ungen heit keit keiten schaft tion tionen sion ität ismus erei nummer maschine gerät geräte dienst
    service team termin nachricht programm teil teile zeit tag woche jahr preis kosten karte anlage technik
    stelle zentrale abteilung verein partei gesellschaft gmbh haus markt laden problem schaden fehler ness ment
    ments ings tions able ible ful less ously
""")
"""Endings of words that are nouns or adjectives, not names."""

MORE_FIRST_NAMES: Final = _words("""
    uschi moni gabi susi steffi kathi resi sepp schorsch hansi rudi willi heinz hanni trudi gitti biggi basti
    tobi michi andi alex gerd gerda hilde hildegard käthe lisbeth liesel lenchen kuddel fiete hein jupp hannes
    wim jo-ann mandy ronny cindy maik meik rené renee andré andre chantal jacqueline kerstin birgit ingeborg
    irmgard waltraud edeltraud gudrun sigrid ingrid helga elke silke heike anke antje wencke fenja swantje jette
    bente momme ole torge hauke enno tjark eike onno
""")
"""Short and northern forms that the name lists lack."""

ONLY_WITH_CAPITAL: Final = _words("""
    allen else class classe side sides joke jokes kick kicks lots klare klares ages lasse lasses floor floors
    hella malte harsh greet greets nicky sayin desire carries siya jets guns loan loans masa ravens raven jeans
    mile odds pero gust amor junior juniors manuelle manuelles helle helles jure vids heinz penny mike paws
    infant avis ange sila inna anus olas rada pier misty lola lean kata tory tones tone constant francs conn
    roar lone alla immo sien nass beau adam eden hana mara mira nora tara vera zara mina dana lana lila nala
    nila luna sana sara tina rita rina lara gina wanda carol clay chip cliff drew earl faith flora gale glen
    grace hank hazel heath ivy jean jerry jimmy josh kerry lacy lance laurel lee lily louis marina marlin maxim
    melody merit mica mitch monty nova opal otto page patsy petal piper poppy quentin randy reed regan robin
    rocky ross rusty sandy scarlet sherry sky sonny storm tabby tammy teal terry trinity tripp trudy ursula
    vance vale victor wally ward wendy winnie wren zion basil bella berry blanche bonita brandy brook bruno
    candy carmen cherry chuck clementine cosmo daisy dolly dusty ember fabian felicity fern ferdinand garnet
    ginger gustav harry hugo jasmin jasmine kitty laura leah linden lotte madonna marge mario marten mason
    maxima milan milka mona nicola palma pansy paris pepper philomena pia regina rufus santa savannah senna
    severin sierra silas silvester stella sterling teddy tiffany timo timon troy tyre valentine venus viola
    violetta vivian xenia yale zaire holt lind wilder winter laure meist ranft halt hart hanse
""")
"""First names that are words of their own when written small."""

ALSO_GIVEN: Final = _words("""
    max mark will bill rob jack nick pat rich rod ray sue drew chase hunter mason cooper carter taylor parker
    walker grace hope faith joy rose lily daisy ruby jade amber april may june august summer dawn eve iris ivy
    holly heather hazel olive violet pearl crystal angel destiny christian roman norman francis jordan austin
    dallas virginia carolina georgia savannah madison victoria victor grant lance miles pierce earl duke dick
    dom ben bob buddy guy gene dean frank ernst beat urs till reiner wolf leo lotte rosa luna mia alma stella jo
    al ed gus cal dan van ron mercedes siri malin adel
""")
"""Words that are common first names all the same: before any known surname they are one."""
