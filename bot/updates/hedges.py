"""Hedges on hedges: one is kept, so that a reader can act."""

import re

_HEDGE_WORD = re.compile(
    r"\b(?:perhaps|possibly|maybe|potentially|conceivably|arguably|somewhat|presumably|sort of|kind of|in some (?:sense|cases|ways)|to some (?:extent|degree)|it (?:may|might|could) be (?:that|the case that))\b,?\s?",
    re.IGNORECASE,
)
_SECOND_MODAL = re.compile(
    r"\b(?P<modal>may|might|could|would)\s+(?:seem|appear|tend|prove)\s+to\s+", re.IGNORECASE
)


def one_hedge(words: str) -> str:
    """Keep one hedge of a stack of them."""
    thinner = _SECOND_MODAL.sub(lambda match: f"{match['modal']} ", _HEDGE_WORD.sub("", words))
    if not re.search(
        r"\b(?:may|might|could|would|seems?|appears?|suggests?)\b", thinner, re.IGNORECASE
    ):
        return words if thinner == words else thinner
    return re.sub(r"\s{2,}", " ", thinner).strip()
