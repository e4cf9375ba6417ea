"""Abbreviations, by what a full stop after them says: nothing, or perhaps the end of a sentence."""

from collections.abc import Mapping


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Always followed by what they belong to, in any language and however they are written.
ALWAYS = _listed(
    "mr mrs ms messrs dr drs prof vs cf e.g i.e viz mme mlle mgr dipl.-ing "
    "z.b d.h u.a i.d.r bzw sog p.ej ej им ул пл просп пер наб акад проф т.е см ср напр обл vgl ggf evtl inkl gral profa"
)
# The same, only in one language and only as they stand here.
ALWAYS_IN: Mapping[str, frozenset[str]] = {
    "fr": _listed("M MM Me av apr St Ste"),
    "de": _listed("Hr Fr Fa St Dipl Ing ca ggf vgl evtl inkl"),
    "es": _listed("Sr Sra Srta Sres sr sra srta Dra dra Ud Uds D Dña Lic Ing ing Excmo EE"),
    "it": _listed("sig Sig sigg Sigg dott Dott ing Ing avv Avv geom on On rag arch"),
    "pt": _listed("Sr Sra Srta sr sra srta Dra dra eng Eng av Av Exmo V D"),
}
# Titles, only with a capital: small, they are words.
CAPITALISED = _listed(
    "sen rep gov gen col lt sgt capt cmdr maj adm rev hon st ste mt ft fr hr fa pres sec supt "
    "sig dott dra sra srta ing avv"
)
# Followed by a number, or else the end of a sentence.
NUMBERED = _listed(
    "no nos nr nrn vol vols fig figs p pp pg pag pág págs art arts ch chap sec sect par núm núms num "
    "abs kap est jan feb febr mar apr jun jul aug sep sept oct okt nov dec dez cap "
    "янв фев февр апр июн июл авг сен сент окт ноя нояб дек "
    "ст стр гл рис табл разд"
)
# Abbreviations, as initials and acronyms are, that may also end their sentence: it does end when
# the next word is one that often opens a sentence.
DOUBTFUL = _listed(
    "inc ltd co corp bros cie plc jr sr al dept approx ca chr ee uu exa mio mrd calif fla "
    "г гг в вв кв"
)
OPENERS = _listed(
    "a after all also although an and another are as at before both but by can did do does each "
    "every few for from he her here his how however i if in is it its many meanwhile most my "
    "neither no nobody none nor not nothing now of on one others our she since so some such that "
    "the their then there these they this those though to under until was we were what when where "
    "which while who why will with would yes yet you your "
    "в вы да его кто ее её если и их как когда мы на не нет но о об он она они оно от по потом при "
    "с так там тогда тот только ты у что эта эти это этот я "
    "aber als auch auf bei beide beides da danach dann das dem den der des die doch dort ein eine er es für heute "
    "ich ihr im in jetzt mit nach nicht niemand nun nur seit sie so und von wenn wer wie wir zu "
    "au aux avec ça ce ceci cela ces cet cette c'est d dans de des elle elles en et il ils je l la le les leur "
    "mais ne nous on or où par pas pour puis qui sa se ses si son sur tous un une vous "
    "al alguien antes así aunque con cuando del después desde el ella ellas ellos en entonces era "
    "eso esta este esto hay las lo los nadie no nosotros para pero por que quien se sin su sus "
    "también todos una y ya yo "
    "allora anche che chi ci come così da dal dei del dell della di dopo e è ed era gli ha ho i ma "
    "nel nella nessuno non o per però poi quando quella quello questa questo sono sul tutti uno "
    "ao à às com como das depois dos ela elas ele eles em essa esse eu foi há isso isto já mas na "
    "nas ninguém nos não num numa os ou pela pelo porque quem sem seu sua são também todos um uma"
)
