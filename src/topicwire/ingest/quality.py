"""Is this page's text the article, or what stands in its place?

Cookie walls, paywalls, captchas, log-ins and error pages are short and say what they are; a
column about any of them is long, or speaks of it among much else.
"""

import re

WALL = 1_200  # characters, below which a text may be nothing but a wall
STUB = 2_000  # characters, below which an article may be cut off by a paywall
NOTHING = 120  # characters, below which there is no text to speak of
SHARED = 0.15  # of the teaser's words, below which it is another article
FEWEST = 8  # telling words of title and teaser by which that can be judged

TELLING = re.compile(r"[^\W\d_]{4,}")
CONSENT = re.compile(
    r"(?i)(?:accept|manage|reject|allow) (?:all )?(?:cookies|preferences|all)\b"
    r"|(?:we|our partners|this (?:web)?site|nous|wir|noi|nosotros)\b.{0,60}\b(?:use|uses|store|utilis\w+|verwend\w+|utiliz\w+)\b.{0,40}\bcookies"
    r"|cookies? (?:policy|settings|preferences|consent|akzeptieren|zulassen)|(?:your|my) consent"
    r"|accepter (?:et|tout|les cookies)|aceptar (?:todo|cookies|las cookies)|accetta (?:tutti|i cookie)"
    r"|aceitar (?:todos|cookies|os cookies)|принять (?:все )?(?:cookie|куки)|файлы cookie|legitimate interest"
)
PAYWALL = re.compile(
    r"(?i)(?:subscribe|sign up|register|log ?in|sign in)(?: now| today)? to (?:read|continue|keep reading|unlock|access)"
    r"|(?:article|content|story) is (?:only |exclusively )?(?:for|available to|reserved for) (?:our )?(?:\w+ )?(?:subscribers|members)"
    r"|already (?:a |have a )?(?:subscri\w+|member|account)|to (?:continue|finish) reading,? (?:please )?(?:subscribe|log)"
    r"|remaining free articles|unlock this article|réservé(?:e|s)? aux abonnés|abonnez-vous pour (?:lire|continuer)"
    r"|(?:nur|exklusiv) für abonnenten|jetzt weiterlesen mit|(?:sólo|solo|exclusivo) para (?:suscriptores|assinantes)"
    r"|suscríbete para|riservato agli abbonati|(?:только для|доступн\w+) подписчик"
)
CAPTCHA = re.compile(
    r"(?i)just a moment\b|(?:verify|confirm|prove)(?: that)? you are (?:a |not a )?(?:human|robot)|are you a (?:human|robot)"
    r"|checking (?:your browser|if the site connection)|unusual (?:traffic|activity)|complete the (?:captcha|security check)"
    r"|enable javascript and cookies|подтвердите,? что вы не робот|no eres un robot|je ne suis pas un robot"
)
ERROR = re.compile(
    r"(?i)^\W*(?:error )?(?:40[0-9]|41[0-9]|50[0-9])\b|^.{0,80}(?:page|article|story) (?:was |could )?(?:not |no longer )(?:be )?(?:found|available|exists?)"
    r"|^\W*(?:access denied|forbidden|not found|service unavailable|bad gateway|something went wrong|oops)\b"
    r"|page (?:introuvable|nicht gefunden|no encontrada|não encontrada)|seite (?:wurde )?nicht gefunden|pagina non trovata|страница не найдена"
)
LOGIN = re.compile(
    r"(?i)\b(?:log ?in|sign in|forgot(?:ten)? (?:your )?password|anmelden|connexion|iniciar sesión)\b"
)
LOCKED = re.compile(r"(?i)\"isAccessibleForFree\"\s*:\s*\"?false")
PASSWORD = re.compile(r"(?i)<input[^<>]{0,300}type\s*=\s*[\"']?password")
RESERVED = re.compile(
    r"(?i)<meta\s(?=[^<>]{0,300}name\s*=\s*[\"']?(?:robots|topicwire|tdm-reservation)\b)"
    r"[^<>]{0,300}content\s*=\s*[\"']?(?:[^\"'<>]*\b(?:noarchive|noindex|none)\b|1\b)"
)
RESERVED_HEADER = re.compile(r"(?i)\b(?:noarchive|noindex|none)\b")


def flags(text: str, *, html: str, title: str, teaser: str) -> tuple[str, ...]:
    """Return why a page's text is not the article it should be; nothing when it is.

    `title` and `teaser` are what the feed says of it, `html` is the page.
    """
    checks = (
        ("captcha", len(text) < WALL and CAPTCHA.search(text)),
        ("error page", len(text) < WALL and ERROR.search(text[:WALL])),
        ("cookie wall", len(text) < WALL and len(CONSENT.findall(text)) > 1),
        ("paywall", len(text) < STUB and (PAYWALL.search(text) or LOCKED.search(html))),
        ("login page", len(text) < WALL and LOGIN.search(text) and PASSWORD.search(html)),
        ("no text", len(text) < NOTHING),
        ("another page", _is_other(text, f"{title} {teaser}")),
        ("shorter than the feed", len(text) < len(teaser)),
    )
    return tuple(name for name, is_so in checks if is_so)


def is_reserved(html: str, *, robots: str | None, tdm: str | None) -> bool:
    """Whether a page reserves its text: `noarchive`, `noindex` or `tdm-reservation`.

    `robots` and `tdm` are the headers X-Robots-Tag and TDM-Reservation.
    """
    by_header = RESERVED_HEADER.search(robots or "") or (tdm or "").strip() == "1"
    return bool(by_header) or RESERVED.search(html[:100_000]) is not None


def _is_other(text: str, expected: str) -> bool:
    """Whether a text has hardly a word of what the feed says that it is about."""
    wanted = set(TELLING.findall(expected.casefold()))
    if len(wanted) < FEWEST:
        return False
    return len(wanted & set(TELLING.findall(text.casefold()))) < SHARED * len(wanted)
