"""The grammar of the topic language, and what is said about text that it does not allow."""

from typing import NoReturn

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from topicwire.curate import habits
from topicwire.errors import QueryError

MAX_LENGTH = 20_000
MAX_DEPTH = 100
MAX_TERMS = 5_000
_MOST_SAID = 300  # characters of a message, which may hold a word of the query
_AROUND = 80  # characters before and after a word that tell what it was meant for

_GRAMMAR = r"""
start: either
either: every (_OR every)*
every: factor (_AND? factor)*
factor: _NOT factor -> negation
      | primary WEIGHT -> boosted
      | primary
?primary: FIELD atom -> field
        | atom
?atom: WORD -> word
     | QUOTED -> quoted
     | EXACT -> exact
     | REGEX -> regex
     | CONCEPT -> concept
     | COUNT CONCEPT -> some_of_concept
     | COUNT list -> some
     | NEAR list -> near
     | UNIT "(" either ")" -> within
     | "(" either ")" -> group
list: "(" either ("," either)* ")"

_AND.3: /AND(?![^\s(),"@=“”„‟«»「」])/
_OR.3: /OR(?![^\s(),"@=“”„‟«»「」])/
_NOT.3: /NOT(?![^\s(),"@=“”„‟«»「」])/
NEAR.3: /NEAR(\s*\/\s*[0-9]{1,9})?(?![^\s(),"])/
UNIT.3: /(SENTENCE|PARAGRAPH)(\s*\/\s*[0-9]{1,9})?(?![^\s(),"])/
COUNT.3: /[0-9]{1,9}\s*OF(?![^\s(),"@])/
FIELD.2: /[^\W\d][\w.-]*:/
WEIGHT: /\^[0-9]{0,9}(\.[0-9]{1,9})?/
CONCEPT: /@[^\s(),"^:@]*/
EXACT: /=("(\\.|[^"\\])*"|[“”„‟](\\.|[^“”„‟\\])*[“”]|[^\s()",:^=@“”„‟«»「」]+)/s
QUOTED: /"(\\.|[^"\\])*"|[“”„‟](\\.|[^“”„‟\\])*[“”]|[«»](\\.|[^«»\\])*[«»]|「(\\.|[^「」\\])*」/s
REGEX: /\/(\\.|[^\/\\\n])+\/[A-Za-z]*/
WORD: /[^\s()",:^=@\/“”„‟«»「」][^\s()",:^@“”„‟«»「」]*/
%ignore /\s+/
"""
_LARK = Lark(_GRAMMAR, parser="lalr", lexer="basic", propagate_positions=True)

# What keyboards and word processors write for a character of the language, one for one, so that
# every place stays where it is: full-width letters and signs; marks that cannot be seen.
_PLAIN = str.maketrans(
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e"), " ")
    | dict.fromkeys(range(0x2066, 0x206A), " ")
)


def tree(query: str) -> Tree[Token]:
    """Return the syntax tree of a query within the limits of length, depth and number of terms.

    Raises:
        QueryError: when there is none.
    """
    if len(query) > MAX_LENGTH:
        message = f"the query is longer than {MAX_LENGTH:,} characters"
        refuse(query, None, message, "Move its terms into a concept, or make two topics of it.")
    written = plain(query)
    _check_shape(query, written)
    try:
        return _LARK.parse(written)
    except UnexpectedToken as error:
        _refuse_token(query, written, error)


def plain(query: str) -> str:
    """Return a query in the characters of the language, each at its place."""
    return query.translate(_PLAIN)


def refuse(query: str, token: Token | None, message: str, hint: str) -> NoReturn:
    """Raise a QueryError at the token, or at the beginning when there is none."""
    line = getattr(token, "line", None) or 1
    column = getattr(token, "column", None) or 1
    message, hint = _cut(message), _cut(hint)
    raise QueryError(message, line=line, column=column, hint=hint, query=query) from None


def _cut(text: str) -> str:
    """Return what is said without the end of an endless word of the query."""
    return text if len(text) <= _MOST_SAID else text[: _MOST_SAID - 1] + "…"


def first(query: str, kind: str) -> Token | None:
    """Return the first token of a kind in a query that can be read, None when there is none."""
    return next((token for token in _LARK.lex(query.translate(_PLAIN)) if token.type == kind), None)


def _check_shape(query: str, plain: str) -> None:
    """Refuse what cannot be split into tokens, and too many or too deeply nested ones."""
    opened: list[Token] = []
    terms = 0
    token: Token | None = None
    try:
        for token in _LARK.lex(plain):
            terms += token.type in {"WORD", "QUOTED", "EXACT", "REGEX", "CONCEPT"}
            _check_token(query, plain, token)
            if token.type == "LPAR":
                opened.append(token)
            elif token.type == "RPAR" and opened:
                opened.pop()
            if len(opened) > MAX_DEPTH:
                refuse(query, token, f"more than {MAX_DEPTH} parentheses deep", "Flatten it.")
            if terms > MAX_TERMS:
                refuse(query, token, f"more than {MAX_TERMS:,} terms", "Move some to a concept.")
    except UnexpectedCharacters as error:
        _refuse_character(query, plain, error)
    if opened:
        refuse(query, opened[-1], "this parenthesis is never closed", "Add a `)`.")
    if token is None:
        hint = "Write at least one word, phrase or @concept."
        refuse(query, None, "the query names nothing to look for", hint)


def _check_token(query: str, plain: str, token: Token) -> None:
    """Refuse a token that is no part of this language, whatever stands around it."""
    found = None
    if token.type == "FIELD":
        found = habits.field(token[:-1])
    elif token.type == "WORD":
        start, end = token.start_pos or 0, token.end_pos or 0
        before, after = plain[max(0, start - _AROUND) : start], plain[end : end + _AROUND]
        found = habits.word(token, before=before, after=after)
    if found:
        refuse(query, token, *found)


_STRAY = {
    '"': ("this quotation mark is never closed", 'Add a second `"` after the phrase.'),
    **dict.fromkeys(
        "“”„‟«»「」",
        ("this quotation mark is never closed", 'Write `"` before and after the phrase.'),
    ),
    "/": ("this regular expression is never closed", "Close it with `/`, or quote the word."),
    "=": ("`=` stands before no word", 'Write `=US` or `="United States"`, without a blank.'),
    ":": ("`:` stands after nothing that is a field", "Put the word in quotes to look for a `:`."),
    "^": ("`^` stands before no number", "Write `term^2`."),
}


def _refuse_character(query: str, plain: str, error: UnexpectedCharacters) -> NoReturn:
    char = plain[error.pos_in_stream or 0]
    message, hint = _STRAY.get(char, (f"{char!r} has no meaning here", "Put it in quotes."))
    raise QueryError(
        message, line=error.line, column=error.column, hint=hint, query=query
    ) from None


_TOKENS = {
    "_AND": ("AND has nothing on one side", 'Complete it, or quote the word: "AND".'),
    "_OR": ("OR has nothing on one side", 'Complete it, or quote the word: "OR".'),
    "_NOT": ("NOT has nothing after it", 'Complete it, or quote the word: "NOT".'),
    "RPAR": (
        "this parenthesis closes nothing, or an empty pair",
        "Remove it, or write something before it.",
    ),
    "COMMA": (
        "a comma stands only between the parts of NEAR/n(…) and n OF (…)",
        'Write AND, OR or nothing, or quote it: "1,000".',
    ),
    "WEIGHT": ("a weight follows only a term or a parenthesis", "Write `term^2`."),
    "FIELD": ("a field inside a field", "Write `title:word` or `title:(word OR word)`."),
    "$END": ("the query ends too early", "Complete its last clause."),
}


_OPENERS = {
    "NEAR": ("NEAR joins the parts of a list", "Write `NEAR/5(one, other)`."),
    "UNIT": ("this asks for parentheses", "Write `SENTENCE(one AND other)`, or quote the word."),
    "COUNT": ("OF counts in a list or a concept", "Write `2 OF (a, b, c)` or `2 OF @concept`."),
    "FIELD": ("the field has no value", "Write `title:word`, or quote it to look for a `:`."),
}
_UNEXPECTED = "Compare with the examples in docs/topics.md, or put it in quotes."


def _refuse_token(query: str, plain: str, error: UnexpectedToken) -> NoReturn:
    token = error.token
    start = len(plain) if token.start_pos is None or token.type == "$END" else token.start_pos
    before = [one for one in _LARK.lex(plain) if (one.end_pos or 0) <= start][-1:]
    if before and before[0].type in _OPENERS and before[0].type != token.type:
        message, hint = _OPENERS[before[0].type]
        if before[0].type == "COUNT" and token.type == "FIELD":
            hint = f"Write `{token}({before[0]} (a, b, c))`."
        refuse(query, before[0], message, hint)
    message, hint = _TOKENS.get(token.type, (f"`{token}` cannot stand here", _UNEXPECTED))
    if token.type == "$END":
        end = plain.rstrip()
        line, column = end.count("\n") + 1, len(end) - end.rfind("\n")
        raise QueryError(message, line=line, column=column, hint=hint, query=query) from None
    refuse(query, token, message, hint)
