"""Letters of any script brought to plain small ones, so that one stem serves several languages."""

import narwhals as nw

# The marks go and the letters stay: a text printed without its accents reads the same.
_PLAIN = (
    ("[\u0300-\u036f]", ""),
    ("[àáâãäåăą]", "a"),
    ("[èéêëěę]", "e"),
    ("[ìíîïı]", "i"),
    ("[òóôõöøő]", "o"),
    ("[ùúûüűů]", "u"),
    ("[ýÿ]", "y"),
    ("[çćč]", "c"),
    ("[ñńň]", "n"),
    ("[śšşș]", "s"),
    ("[źżž]", "z"),
    ("[řŕ]", "r"),
    ("[ďđ]", "d"),
    ("[ťţț]", "t"),
    ("ğ", "g"),
    ("ł", "l"),
    ("œ", "oe"),
    ("æ", "ae"),
    ("ß", "ss"),
    ("\u0451", "\u0435"),
    ("\u03ac", "\u03b1"),
    ("\u03ad", "\u03b5"),
    ("\u03ae", "\u03b7"),
    ("[\u03af\u03ca]", "\u03b9"),
    ("\u03cc", "\u03bf"),
    ("[\u03cd\u03cb]", "\u03c5"),
    ("\u03ce", "\u03c9"),
)
# A stroke and a semicolon part one event from another and stay; other signs only part words.
_SIGNS = (("[/;]", " / "), ("[&+]", " and "), ("[^0-9a-z/\u0080-\uffff]", " "), ("[\u00a0\u2010-\u2015]", " "))


def plain_letters(text: nw.Expr) -> nw.Expr:
    """The text in small letters without accents, one blank between words and around them."""
    plain = text.str.to_lowercase()
    for pattern, replacement in (*_PLAIN, *_SIGNS):
        plain = plain.str.replace_all(pattern, replacement)
    return nw.concat_str(nw.lit(" "), plain, nw.lit(" ")).str.replace_all(" +", " ")
