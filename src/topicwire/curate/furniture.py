"""Furniture: what a site puts around every column, and the reading sets aside.

A sentence is furniture by what it does, not by what it is about: it disclaims the views or the
advice of *this* site, asks for a subscription, names rights and credits, or points elsewhere.
"""

import re
from collections.abc import Iterable, Iterator

import re2

from topicwire.curate.dateline import undated
from topicwire.curate.sentences import Sentence

MAX_LENGTH = 600  # characters of a sentence that is looked at
MAX_LINKS = 12  # sentences under one heading of a list of links

_PLACE = (
    r"(?:site|website|web site|page|article|column|content|information|publication|newspaper|"
    r"magazine|blog|newsletter|post|material|story|text|commentary|opinion piece|op-ed|podcast|"
    r"video|channel|piece)s?"
)
_HERE = rf"(?:this|these|the|our|all|any|such|its)\s+(?:\w+\s+){{0,2}}{_PLACE}"
_KINDS = (
    r"(?:financial|investment|investing|medical|legal|tax|trading|professional|health|business)"
)
_ADVICE = rf"(?:{_KINDS}\s+(?:or\s+other\s+)?)?(?:advice|recommendations?|solicitation)"
# What is said not to be what, and who says not to give it: each part of it alone is news.
_NOTHING = (
    r"(?:no (?:content|information|material|part|statement|recommendation)"
    r"|nothing (?:here|above|below|you|(?:in|on) (?:this|these|our))|neither the (?:author|writer))"
)
_WHO = r"(?:we|i|the (?:author|writer|columnist|publisher|editor|site)s?(?! of))"
_TAKEN = (
    r"(?:construed|considered|regarded|treated|taken|interpreted|intended|meant|tailored|given|"
    r"constitutes?|amounts? to|authori[sz]ed)"
)
_GIVES = r"(?:provides?|offers?|gives?|authori[sz]ed|regulated|registered)"
_DEAL = (
    rf"(?:{_KINDS} advice|investment (?:needs|objectives|activity|decisions?)|any investment"
    r"|(?:personal )?recommendations?|(?:offers?|invitations?|solicitations?) (?:to|or|of))"
)

# What furniture does, in any of our languages, without regard to case: said at the beginning of
# the sentence (after punctuation), or anywhere in it.
_OPENINGS = (
    # disclaims the views
    (
        r"(?:the |all |any )?(?:views|opinions)(?: here| expressed(?: here| by (?:\w+ )?"
        r"(?:authors|contributors|columnists|guests|writers))?)?(?: are)? "
        r"(?:entirely |strictly )?(?:my|his|her|their|the (?:author|columnist|writer|contributor)['\u2019]s) own"
        r"(?:,? and (?:do|may|should|might|need) not\b.{0,100})?\W*$"
    ),
    # disclaims advice
    (
        rf"(?:please note:? |disclaimer:? |nothing (?:in|on) )?(?:that )?{_HERE}\b.{{0,60}}"
        r"\b(?:does|do|should|is|are|must|may|can) ?no?t\b.{0,30}\b(?:constitute|give|provide|offer|"
        r"construed|considered|regarded|treated|taken|interpreted|relied|intended|meant|substitute)\b"
        rf".{{0,120}}\b{_ADVICE}\b"
    ),
    rf"nothing (?:here|(?:in|on|within) {_HERE})\b.{{0,80}}\b(?:advice|recommendation)\b",
    (
        rf"(?:please note:? |disclaimer:? )?(?:(?:this|it|{_HERE}(?: contained herein)?) (?:is|are) )?not "
        rf"(?:(?:intended|meant) (?:as|to be) )?(?:an? )?(?:{_KINDS}[\s,]+(?:(?:or|and|nor) )?)+"
        r"advice\W*$"
    ),
    rf"(?:disclaimer:? )?{_HERE}\b.{{0,80}}\bfor\b.{{0,40}}\bpurposes only\b",
    (
        r"for (?:general )?(?:information|informational|educational)(?: (?:and|or) \w+)?"
        r" purposes only\W*$"
    ),
    (
        r"(?:please|always|readers should|you should)\b.{0,30}\bconsult\b.{0,60}"
        r"\b(?:advis[eo]r|professional|doctor|physician|lawyer)"
    ),
    (
        rf"(?:we|the (?:author|publisher|editors?)|{_HERE})\b.{{0,40}}"
        r"\b(?:accepts?|assumes?|bears?|takes?) no (?:responsibility|liability)\b"
    ),
    (
        r"(?:the (?:author|writer)s?|i|we) (?:is|am|are) not (?:an? )?(?:\w+ ){0,3}"
        r"(?:advis[eo]rs?|lawyers?|doctors?|professionals?)\W*$"
    ),
    (
        rf"(?:disclaimer:? )?(?:(?:this|it|{_HERE}) (?:is|are) )?(?:not |neither )"
        r"(?:an? )?(?:offer|recommendation|solicitation|invitation)\b.{0,60}\bto (?:buy|sell|invest)\b"
    ),
    r"(?:please |always )?do your own (?:\w+ )?(?:research|due diligence)\b.{0,80}$",
    r"past performance (?:is|does) (?:not?|never)\b.{0,200}$",
    r"(?:invest(?:ing|ments?)|trading)\b.{0,60}\b(?:involves?|carr(?:y|ies)) (?:\w+ )?risks?\W*$",
    (
        r"(?:the (?:author|writer)s?|i|we)\b.{0,30}\b(?:ha(?:s|ve)|holds?|owns?) "
        r"(?:no|a|an|any|long|short) .{0,20}\b(?:positions?|shares|stakes?)\b.{0,60}\bmentioned\b"
    ),
    (
        rf"(?:please note:? |disclaimer:? )?(?:that )?(?:{_NOTHING}\b.{{0,80}}|(?:this|these|our)\b"
        rf".{{0,60}}\b(?:not|never|cannot)\b.{{0,60}})\b{_TAKEN}\b.{{0,100}}\b{_DEAL}\b"
    ),
    (
        rf"(?:please note:? |disclaimer:? )?(?:that )?{_WHO}\b.{{0,40}}\b(?:not|never|cannot)\b"
        rf".{{0,40}}\b{_GIVES}\b.{{0,60}}\b(?:{_KINDS} advice|personal recommendations?)\b"
    ),
    (
        r"(?:the (?:author|writer)s?|i|we|i/we) may (?:hold|have|own) .{0,40}\b(?:positions?|shares|"
        r"securities)\b.{0,60}\b(?:discussed|mentioned|named)\b"
    ),
    r"i/we (?:have|hold|own) (?:no|a) .{0,40}\bpositions?\b",
    r"(?:full |author['\u2019]s )?disclosures?\s*:",
    # asks the reader to come back
    (
        r"(?:please |you can )?(?:sign up|subscribe|register)\b.{0,60}"
        r"\b(?:newsletters?|mailing list|channel|podcast|feed|updates|alerts)\b"
    ),
    (
        r"(?:please )?(?:follow|like|find|join) (?:us|our \w+|the conversation)\b.{0,20}"
        r"\b(?:on|at)\b"
    ),
    r"(?:please )?share (?:this (?:article|story|post|page)|(?:this )?(?:on|via) \w+)\b.{0,80}$",
    r"(?:click|tap) here (?:to|for)\b",
    r"(?:please )?join our \w+ (?:channel|group|newsletter)\b.{0,80}$",
    r"thank(?:s| you) for reading\b.{0,80}$",
    r"subscribe (?:for free|now|today)?\s?to (?:receive|get) new posts\b.{0,80}$",
    r"(?:continue|keep) reading\b.{0,60}$",
    # names rights, credits and origin
    r"(?:\u00a9|\(?c\)\s*\d{4}|copyright (?:\u00a9|\(c\)|\d{4}))",
    (
        r"(?:(?:cover|feature|lead|header|stock) )?(?:photo|photograph|image|picture|illustration|"
        r"video|graphic)?s? ?(?:credits?|courtesy|source)(?: of)? ?:.{0,100}$"
    ),
    (
        r"(?:(?:cover|featured?|lead|header|hero|main|top|stock|banner) )?"
        r"(?:photo|image)(?:graph)?s?(?: by| courtesy of|:)\s.{0,80}$"
    ),
    (
        r"(?:this|the) (?:article|post|column|story|piece|commentary|essay)\b.{0,80}"
        r"\b(?:originally|first) (?:appeared|published|posted)\b"
    ),
    r"(?:additional )?(?:reporting|writing|editing) by\b.{0,80}$",
    r"for more information\b.{0,80}\b(?:visit|see|go to|contact)\b",
    r"(?:news )?(?:media|press) contacts?\b.{0,10}$",
    # points elsewhere
    r"(?:read|see|watch|listen)(?: also| more| next)\s*[:|\u2013\u2014]",
    r"(?:also (?:read|see)|related(?: \w+)?|recommended|more on this)\s*[:|\u2013\u2014]",
    # Russian
    r"(?:подпи(?:шитесь|сывайтесь)|следите за нами)\b",
    r"фото\s*:",
    r"(?:читайте|смотрите) (?:также|ещ[её])\s*[:|\u2013\u2014]",
    # French
    r"(?:abonnez|inscrivez)-vous\b",
    r"suivez-nous\b",
    r"crédits? photo",
    r"(?:à )?(?:lire|voir) (?:aussi|également)\s*[:|\u2013\u2014]",
    # German
    r"abonnieren sie\b",
    r"folgen sie uns\b",
    r"(?:foto|bild)\s*:",
    r"lesen sie auch\s*[:|\u2013\u2014]",
    # Spanish
    r"suscr[ií]b(?:ete|ase)\b",
    r"s[ií]g(?:uenos|anos)\b",
    r"(?:lea|lee|vea) también\s*[:|\u2013\u2014]",
    # Italian
    r"iscriviti\b",
    r"seguici\b",
    r"leggi anche\s*[:|\u2013\u2014]",
    # Portuguese
    r"(?:inscreva-se|assine)\b.{0,60}\b(?:newsletter|canal)\b",
    r"siga-nos\b",
    r"(?:leia|veja) (?:também|mais)\s*[:|\u2013\u2014]",
)
_ANYWHERE = (
    # disclaims advice
    (
        rf"\bnothing (?:here|(?:contained )?(?:in|on|within) (?:this|these|our)(?: \w+){{0,2}} {_PLACE})"
        rf"\b.{{0,80}}\b{_ADVICE}\b"
    ),
    r"\bdo(?:es)? not work for, consult,? own shares in or receive funding\b",
    r"\breaders? should\b.{0,40}\b(?:independent|professional)\b.{0,20}\badvice\b",
    r"\b(?:values?|prices?|income)\b.{0,60}\bcan (?:fall|go down) as well as (?:rise|go up|up)\b",
    # says what it earns
    r"\b(?:affiliate links?|we (?:may )?earn a (?:small )?commission)\b",
    # disclaims the views
    (
        r"\b(?:views|opinions|statements|thoughts|positions)\b.{0,60}\b(?:expressed|contained|"
        r"presented|stated|published|voiced)\b.{0,80}\b(?:are|is|belong|remain|represent|reflect)"
        r"\b.{0,60}\b(?:author|writer|columnist|contributor|speaker|interviewee)\b"
    ),
    (
        r"\b(?:views|opinions)\b.{0,60}\b(?:expressed|stated|published)\b.{0,80}"
        r"\bdo(?:es)? not (?:necessarily )?(?:reflect|represent)\b"
    ),
    (
        r"\bdo(?:es)? not (?:necessarily |always )?(?:reflect|represent|express|constitute)\b.{0,40}"
        r"\b(?:views?|opinions?|positions?|polic(?:y|ies)|stance)\b.{0,40}\b(?:this|our|the) "
        r"(?:site|website|publication|publisher|newspaper|magazine|blog|editors?|editorial|outlet)"
    ),
    # asks the reader to come back, after a bar
    r"\|\W*(?:sign up|subscribe)\b.{0,60}\b(?:newsletters?|mailing list|channel|podcast)\b",
    # names rights and origin
    r"\b(?:all rights reserved|все права защищены|tous droits réservés|alle rechte vorbehalten)\b",
    r"\b(?:todos los derechos reservados|tutti i diritti riservati|todos os direitos reservados)\b",
    r"\bappeared first on\b",
    # Russian
    (
        r"\b(?:мнени\w+|позици\w+|точк\w+ зрения) (?:автор\w+|колумнист\w+)\b.{0,60}"
        r"\bне (?:совпада\w+|отража\w+)"
    ),
    r"\bне отража\w+ (?:мнени\w+|позици\w+|точк\w+ зрения) редакции\b",
    r"\b(?:материал|стать|информаци|публикаци)\w* не явля\w+\b.{0,60}\bрекомендаци\w+",
    r"\bне явля\w+ (?:\w+ )?инвестиционн\w+ рекомендаци\w+",
    r"\bне явля\w+\b.{0,60}\b(?:предложени\w+|рекомендаци\w+)\b.{0,40}\b(?:купить|продать|покупк\w+|инвест\w+)",
    # French
    r"\b(?:opinions|propos|points de vue)\b.{0,80}\b(?:n['\u2019]engagent que|ne reflètent pas)\b",
    r"\bne constitue(?:nt)? (?:pas|en aucun cas) (?:un|une|des)\b.{0,60}\b(?:conseils?|recommandation)\b",
    r"\bne constitue(?:nt)? ni\b.{0,60}\b(?:offre|conseil|recommandation)s?\b",
    # German
    r"\b(?:weder|keine) (?:eine )?(?:anlage|finanz|rechts|steuer)beratung\b",
    (
        r"\bmeinung(?:en)?\b.{0,100}\bnicht (?:unbedingt|notwendigerweise|zwingend)\b.{0,40}"
        r"\bredaktion\b"
    ),
    (
        r"\bnicht (?:unbedingt|notwendigerweise|zwingend) (?:die )?(?:meinung|ansicht|auffassung)\w*"
        r" (?:der|unserer) redaktion\b"
    ),
    r"\bstell(?:t|en) kein\w*\b.{0,60}\b\w*(?:beratung|empfehlung)\b",
    # Spanish
    (
        r"\bopiniones\b.{0,60}\b(?:expresadas|vertidas|contenidas)\b.{0,80}"
        r"\b(?:autor|autora|autores|necesariamente)\b"
    ),
    r"\bno constituyen?\b.{0,60}\b(?:asesoramiento|asesoría|consejo|recomendación)\b",
    r"\bno (?:debe|deben) (?:interpretarse|considerarse|entenderse|tomarse)\b.{0,60}\b(?:asesoramiento|consejo|recomendación|oferta)\b",
    # Italian
    r"\bopinioni\b.{0,60}\bespress[ei]\b.{0,80}\b(?:autore|autrice|autori|necessariamente)\b",
    r"\bnon costituisc(?:e|ono)\b.{0,60}\b(?:consulenza|consigli\w*|raccomandazion\w+)\b",
    r"\bnon (?:deve|devono) essere (?:considerat|intes|interpretat)\w\b.{0,60}\b(?:consulenza|consigli\w*|offerta)\b",
    # Portuguese
    r"\bopiniões\b.{0,60}\bexpressas\b.{0,80}\b(?:autor|autora|autores|necessariamente)\b",
    r"\bnão dev(?:e|em) ser (?:interpretad|considerad|entendid)\w+\b.{0,60}\b(?:aconselhamento|conselho|recomendação|oferta)\b",
    r"\bnão constitu(?:i|em)\b.{0,60}\b(?:aconselhamento|conselho|recomendação)\b",
)
_OPENING = re.compile(r"\W*(?:" + "|".join(_OPENINGS) + ")", re.IGNORECASE | re.DOTALL)
_ACT = re.compile("|".join(_ANYWHERE), re.IGNORECASE | re.DOTALL)

# Headings of lists of links: what stands under them is set aside with them.
_HEADING = re.compile(
    r"""^\W*(?:
      (?:more|also|latest|other)\s(?:from|on|in)\s(?:our|this|the)\b[^.!?]{0,40}
    | related(?:\s(?:stories|articles|content|posts|coverage|links|reading|topics|news))?
    | (?:read|see|watch)\s(?:also|more|next) | also\sread | see\salso | further\sreading
    | (?:most|more)\s(?:read|popular|viewed|shared)(?:\s\w+)? | (?:you\s(?:may|might)\salso\slike)
    | recommended(?:\s(?:for\syou|stories|reading))? | (?:top|trending|latest)\s(?:stories|news|now)
    | читайте\sтакже | по\sтеме | другие\sновости | lire\saussi | à\slire\saussi
    | sur\sle\smême\ssujet | lesen\ssie\sauch | mehr\szum\sthema | lea\stambién | noticias\srelacionadas
    | leggi\sanche | leia\stambém | veja\stambém
    )\s*:?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_ITEM = re.compile(r"^\s*(?:[-*\u2022\u00b7\u2013\u2014]|\d{1,2}[.)])\s")
_CLOSED = re.compile(r"[.!?\u2026\u3002][\"'\u201d\u2019\u00bb)\]]*\s*$")

# One quick pass over the text finds the sentences worth a look: a word of every act above.
_OPTIONS = re2.Options()
_OPTIONS.case_sensitive = False
_TRIGGERS = (
    r"\b(?:views|opinions|advice|recommendations?|solicitation|purposes only|consult)\b",
    r"(?:author|writer)s? (?:is|are|has|have|holds?|owns?)|\b(?:i am|we are|i have|we have|we own) ",
    r"own (?:\w+ )?research|due diligence|past performance|\brisks?\b",
    r"\b(?:statements|thoughts|positions) .{0,60}(?:expressed|contained|presented|stated)",
    r"not .{0,20}(?:reflect|represent|express|constitute)|no responsibility|no liability",
    r"thank(?:s| you) for|join our|disclosure|not work for|redaktion",
    r"investment (?:needs|objectives|activity|decisions?)|any investment|as well as (?:rise|go |up)",
    r"an? (?:offer|invitation) to|affiliate links?|earn a|may (?:hold|have|own) |i/we ",
    r"предложени|une offre|una oferta|offerta",
    r"sign up|subscribe|register|(?:follow|like|find|join) (?:us|our|the)|share (?:this|on|via)",
    r"(?:click|tap) here|(?:continue|keep) reading|rights reserved|©|\(c\)|copyright",
    r"credit|courtesy|source|photo|image|appeared|originally|first (?:published|posted)",
    r"(?:reporting|writing|editing) by|more information|(?:media|press) contact",
    r"(?:read|see|watch|listen) (?:also|more|next)|also (?:read|see)",
    r"(?m:^)\W*(?:also|more|latest|other|related|recommended|most|further|top|trending)\b",
    r"also like|more on this",
    r"мнени|позици|точк|рекомендаци|подпи|следите|права|фото|также|смотрите ещ|читайте ещ",
    r"по теме|другие новости|propos|points de vue|conseil|recommandation|abonnez|inscrivez",
    r"suivez|droits réservés|crédit|aussi|également|même sujet|meinung|beratung|empfehlung",
    r"abonnieren|folgen sie|rechte vorbehalten|foto|bild|lesen sie|zum thema|opiniones",
    r"asesor|consejo|recomendaci|suscr|sígu|sigu|sigan|derechos|también|relacionadas|opinioni",
    r"consulenza|consigli|raccomandazion|iscriviti|seguici|diritti|leggi anche|opiniões",
    r"aconselhamento|conselho|recomendação|inscreva|assine|siga-nos|direitos|também|ia mais",
    r"eja mais",
)
_TRIGGER = re2.compile("|".join(_TRIGGERS), _OPTIONS)


def own(text: str, sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """Yield the sentences that are the author's own, the first without its dateline."""
    suspects = _suspects(text)
    opened = False
    links = 0
    for sentence in sentences:
        here = sentence if opened else undated(text, sentence)
        is_suspect = suspects.find(1, here.start, here.end) >= 0
        if is_suspect or links or not opened:
            words = text[here.start : here.end]
            if is_suspect and _is_heading(words):
                links = MAX_LINKS
                continue
            links = links - 1 if links and _is_link(words) else 0
            if links or not words.strip() or (is_suspect and is_furniture(words)):
                continue
        opened = True
        yield here


def is_furniture(sentence: str) -> bool:
    """Whether a sentence is a site's furniture."""
    if len(sentence) > MAX_LENGTH:
        return False
    return _OPENING.match(sentence) is not None or _ACT.search(sentence) is not None


def _suspects(text: str) -> bytes:
    """Return a mark for every character of the text: not zero where a trigger ends."""
    marks = bytearray(len(text))
    for found in _TRIGGER.finditer(text):
        marks[found.end() - 1] = 1
    return bytes(marks)


def _is_heading(words: str) -> bool:
    """Whether a sentence is the heading of a list of links."""
    return len(words) <= MAX_LENGTH and _HEADING.match(" ".join(words.split())) is not None


def _is_link(words: str) -> bool:
    """Whether a sentence under such a heading is one of its links: an item, or an open line."""
    return _ITEM.match(words) is not None or _CLOSED.search(words) is None
