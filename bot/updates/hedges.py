"""Hedges on hedges: one is kept, so that a reader can act.

The words follow K. Hyland, Hedging in Scientific Research Articles (1998): modal verbs, epistemic
verbs, adverbs and adjectives, and the phrases that limit a statement without saying to what.
"""

import re

_I = re.IGNORECASE
_MODAL = re.compile(r"\b(?:may|might|could|would|can|seems?|appears?|suggests?|tends?)\b", _I)
_WORDS = re.compile(
    r"""(?:,\s)?\b(?:perhaps|possibly|maybe|potentially|conceivably|arguably|somewhat|presumably|supposedly
    |sort\sof|kind\sof|so\sto\sspeak|as\sit\swere|if\sanything|more\sor\sless|of\scourse
    |(?:in|to|under|on)\s(?:some|certain|a|one)\s(?:sense|cases|ways?|extent|degree|circumstances|conditions|level)
    |something\sthat\s(?:may|might|could|would)\s(?:look|seem|appear|sound)\s(?:like|to\sbe)
    )\b,?\s?""",
    _I | re.VERBOSE,
)
_OR_NOT = re.compile(
    r",?\sor\s(?:maybe\s|perhaps\s|possibly\s|then\sagain\s)?not\b(?=\s*[.,;]?\s*$)", _I
)
_FRAME = re.compile(
    r"""\bit\s(?:seems?|appears?|suggests|is|(?:may|might|could|would)\s(?:be|seem|appear))
    (?:\sto\sbe)?(?:\s(?:thinkable|conceivable|imaginable|possible|arguable|the\scase))*(?:\sthat)?\s
    (?=\w+\s)""",
    _I | re.VERBOSE,
)
_SECOND_MODAL = re.compile(
    r"\b(?P<modal>may|might|could|would)\s+(?:seem|appear|tend|prove)\s+to\s+", _I
)
_CAPITAL = re.compile(r"^\W*[A-Z]")


def one_hedge(words: str) -> str:
    """Keep one hedge of a stack of them: the verb's own, if it has one."""
    thinner = _OR_NOT.sub("", _closed(_WORDS.sub(" ", words)))
    thinner = _SECOND_MODAL.sub(lambda match: f"{match['modal']} ", thinner)
    while (frame := _FRAME.search(thinner)) and _MODAL.search(thinner, frame.end()):
        thinner = f"{thinner[: frame.start()]}{thinner[frame.end() :]}"
    if not re.search(r"\w", thinner):
        return words
    return f"{thinner[0].upper()}{thinner[1:]}" if _CAPITAL.match(words) else thinner


def _closed(words: str) -> str:
    """Close the gaps where words were taken out."""
    return re.sub(r"\s+(?=[,.;])", "", re.sub(r"\s{2,}", " ", words)).strip()
