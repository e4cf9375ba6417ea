"""Codes of languages (ISO 639-1 and 639-2) that feeds may bear."""


def _codes(names: str) -> frozenset[str]:
    return frozenset(names.split())


TWO_LETTERS = _codes(
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht "
    "hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky "
    "la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny "
    "oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss "
    "st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo "
    "za zh zu"
)
# Those of ISO 639-2 that have no shorter code; the W3C feed validator knows none of 639-3.
THREE_LETTERS = _codes(
    "ace ach ady ain alt anp arn arp ast awa ban bas bej bem bho bik bin bla bug byn ceb chk "
    "chr chy crh csb dak din doi dsb dyu efi fil fon frr frs fur gaa gil gor grc gsw gwi haw "
    "hil hmn hsb iba ilo inh jbo kaa kab kac kam kbd kha kmb kok kos krc krl kru kum lad lah "
    "lez lol loz lua lun luo lus mad mag mai mak mas mdf men min mni moh mos mus mwl myv nap "
    "nds new nia niu nog nso nyn osa pag pam pap pau pon raj rap rar rom rup sad sah sat scn "
    "sco shn sid sma smj smn sms snk srn srr suk syr tem tet tig tiv tkl tlh tli tmh tog tpi "
    "tsi tum tvl tyv udm umb vai war xal yao yap zap zen zun"
)
