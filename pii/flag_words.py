"""Word stems that tell of special categories of personal data (GDPR Articles 9 and 10), in German and English.

A stem ending in `*` matches every word that begins with it, one beginning with `*` every word that ends with or
holds it; `_` matches white space. For health a few words of other languages stand beside.
"""

from typing import Final

HEALTH: Final = """
krank kranke kranken kranker krankes krankheit* krankgeschrieben krankschreib* krankenhaus* krankmeld* krankengeld
*erkrank* kinderklinik* klinik klinikum hautklinik reha
*rehaklinik* notaufnahme notarzt* rettungswagen intensivstation hospiz chemo chemotherap* bestrahlung dialyse* *krebs
brustkrebs krebsdiagnose krebskrank* leukämie* *tumor* metasta* diabet*
insulin* zuckerkrank* asthma* *allergi* neurodermit* schuppenflechte psoria* ekzem* epilep* migräne* *depress* depri
burnout burn-out angststörung* panikattack* psychiat* psychothera* therapeut*
traumatisier* borderline adhs autis* schizophren* bipolar demenz* alzheimer* parkinson* multiple_sklerose
schlaganfall* herzinfarkt* *herzrhythmus* herzkrank* herzschrittmacher* bluthochdruck
*infarkt thrombose* *embolie rheuma* arthrit* arthros* bandscheib* querschnitt* rollstuhl* *behindert *behinderte*
schwerbehind* behinderung* gdb pflegegrad* pflegestufe* pflegebedürft* sehbehind*
gehörlos* schwerhörig* taub blind erblindet* hiv aids hepatit* corona-infiz* corona-positiv covid-positiv long-covid
quarantäne schwanger* fehlgeburt* kaiserschnitt* entbindung* *operiert operation
op-termin amputat* gebrochen* knochenbruch *verletzt* verletzung* verbrühung* verbrühte* verbrennung* verbrannt*
vergift* gehirnerschütterung* bewusstlos* ohnmächtig* verdreht verstaucht* attest* diagnose*
diagnosti* medikament* tabletten antibiotik* antidepress* cortison kortison schmerzmittel* schmerzen schmerztherap*
hautarzt* hautärzt* hausarzt* hausärzt* onkolog* kardiolog* neurolog* gynäkolog* urolog*
hautausschlag* ausschlag suchtklinik* alkoholik* alkoholkrank* drogensüchtig* entzug suizid* selbstmord* magersücht*
bulimi*
diabetic* diabetes t1d t2d asthma* allerg* eczema epilep* migraine* depressed depression anxiety_disorder
panic_attack* bipolar schizophren* autis* adhd dementia stroke heart_attack* heart_condition*
heart_failure pacemaker cancer chemo chemotherapy radiotherapy tumour* tumor* leukaemia leukemia hospital* hospice a&e
intensive_care ambulance surgery operated disabled disability disabilities wheelchair*
deaf pregnant pregnancy miscarriage* hiv aids hepatitis long_covid diagnos* prescription* medication* antibiotic*
antidepressant* painkiller* insulin* dialysis injured injury burnt_my burned_my
broken_arm broken_leg concussion mental_health mental_illness therapist suicid* rehab alcoholic anorex* bulimi*
sick_leave off_sick chronic_illness chronically_ill terminally_ill gp_said
kanser* hastane* hastalı* alerji* cáncer alergi* maladie* allergie* hôpital cancro malattia ospedale chory chora
chorob* szpital* nowotw* рак болез* алерг* аллерг* больниц* سرطان حساسية مستشفى مرض אלרגי* *אלרגי* סרטן מחלה חולה
"""

RELIGION: Final = """
moschee* synagoge* freitagsgebet* zeugen_jehovas jehova* muslim* moslem* islam* alevit* schiit* sunnit* katholi*
evangelisch* protestant* freikirch* jüdisch* jude juden jüdin* christlich* christ christin
buddhis* hindu hindus hinduis* orthodox* atheis* gläubig* konfirmation* kommunion firmung getauft* taufe ramadan
fasten_brechen koscher* halal kopftuch* hidschab pfarrer* imam rabbi rabbis rabbiner* bibelkreis* kirchenaustritt*
gottesdienst* mormon* pastor* kirchengemeinde*
mosque* synagogue* temple church_service friday_prayer* jehovah* muslim* islamic catholic catholics protestant* jewish
jew jews a_christian am_christian christians buddhist* sikh* atheist* baptis* kosher halal hijab mormon*
quaker* evangelical* my_faith my_church our_church bible_group
"""

POLITICS: Final = """
spd cdu csu fdp afd npd *spd-mitglied* cdu-mitglied* grünen-mitglied* linken-mitglied* parteimitglied* parteibuch*
ortsverein* kreisverband* parteitag* wahlkampf* wähle_die gewählt_habe
kommunist* sozialdemokrat* sozialist* faschist* nationalist* rechtsextrem* linksextrem* antifa* reichsbürger*
querdenker* bündnis_90 die_grünen die_linke
tory tories labour_voter* labour_party labour_member* conservative_party conservative_voter* lib_dem* libdem* snp ukip
reform_uk brexiteer* remainer* republican* democrat democrats maga
communist* socialist* fascist* green_party party_member* voted_labour voted_tory voted_leave voted_for
"""

TRADE_UNION: Final = """
gewerkschaft* gewerkschafter* ig_metall ig_bau ig_bce igm verdi ver.di gew dgb betriebsrat* betriebsrät* personalrat*
streikposten* warnstreik* streike streiken
trade_union* unionist* union_rep* union_member* shop_steward* picket_line* unison unite_the_union
"""

ETHNICITY: Final = """
kurde kurden kurdin* kurdisch* roma sinti sinto sintiz* jesid* farbig* schwarzer_mensch schwarze_frau afrodeutsch*
hautfarbe* migrationshintergrund* asylbewerber* flüchtling* geflüchtet* aussiedler*
spätaussiedler* sorb* tschetschen* zigeuner* ausländer ausländerin araber araberin arabischer_herkunft
türkischer_herkunft polnischer_herkunft abstammung
kurd kurds kurdish romani gypsy traveller_community black_man black_woman person_of_colour person_of_color bame
ethnic* refugee* asylum_seeker* skin_colour skin_color of_african_descent
"""

SEX_LIFE: Final = """
schwul* lesbisch* lesbe* bisexuell* homosexuell* transgender* transsexuell* transfrau* transmann* nichtbinär*
nonbinär* intersexuell* queer* asexuell* sexualleben orientierung_ist sexuelle_orientierung
hormontherapie* swinger* prostituiert* sexarbeit*
gay lesbian* bisexual* homosexual* transgender trans_man trans_woman non-binary nonbinary queer asexual sex_life
sexual_orientation sex_worker* my_boyfriend_and_i_are_both my_wife_and_i_both lgbt*
"""

CRIME: Final = """
vorbestraft* vorstrafe* verurteilt* haftstrafe* haftentlass* untersuchungshaft u-haft gefängnis* knast*
bewährungsstraf* auf_bewährung straftat* straftäter* strafverfahren* strafanzeige* angezeigt ermittlungsverfahren*
führungszeugnis* staatsanwaltschaft* körperverletzung* diebstahl* gestohlen_hat betrüger* betrugsverfahren*
im_gefängnis geklaut_hat einbrecher*
convicted conviction* ex-con* prison prisoner* in_jail jailed criminal_record* on_probation on_parole felony felon*
arrested charged_with accused_of_theft thief
"""

WORK_BEFORE_CLINIC: Final = (
    r"(?:schicht|dienst|arbeite\w*|job|stelle|azubi|angestellt\w*|work\w*|shift|nurse|arzt|ärztin|pfleger\w*)"
    r"\s(?:\w+\s){0,2}\Z"
)
"""Who works in a clinic does not tell of their health."""

THINGS: Final = (
    "gerät geräte maschine waschmaschine spülmaschine trockner kühlschrank herd ofen fernseher auto wagen haus"
    " vertrag garantie kessel toaster mixer modell laptop handy teil rechnung account konto"
    " machine washer dryer dishwasher fridge freezer oven kettle toaster hoover vacuum car house contract warranty"
    " model phone laptop tv unit appliance cooker hob boiler it"
)
"""What is so many years old without being a child."""

MINOR: Final = """
minderjährig* unter_18 noch_keine_18 kleinkind* säugling* neugeboren* unser_baby mein_baby das_baby grundschüler*
kindergartenkind* kitakind* erstklässler*
minor under_18 underage toddler* newborn* my_baby our_baby schoolkid* preschooler* first_grader*
"""
