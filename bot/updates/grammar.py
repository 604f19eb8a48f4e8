"""What a clause is, as far as patterns can see: whether it states something or only leads in."""

import re

_I = re.IGNORECASE
_LEAD = 8
_OPENING = re.compile(
    r"(?:given|considering|seeing|judging|having|with\s(?:all\s)?(?:this|that)(?!\s(?:i|we|you|they|it|the)\b)|that\s(?:said|aside)"
    r"|(?:\w+\s){1,3}aside|all\sin\sall|in\s(?:short|summary|other\swords)|long\sstory\sshort)\b",
    _I,
)
COUNTS = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b", _I)
_FINITE = re.compile(
    r"""\b(?:is|are|am|was|were|be|has|have|had|does|do|did|can|cannot|could|(?<!\bby\s)(?<!\bin\s)(?<!\d\s)(?<!\buntil\s)(?<!\bbefore\s)(?-i:may|MAY)|might|must|should|would|will|won['’]t|can['’]t|isn['’]t|aren['’]t|doesn['’]t|don['’]t|needs?|(?<!\bof\s)works?|makes?|takes?|gets?|goes|scales?|runs?|means?|beats?|loves?|adores?|prefers?|trusts?|solves?|catches|finds?|detects?|handles?|reads?|understands?|covers?|proves?|shows?|removes?|eliminates?|replaces?|generali[sz]es?|transfers?|delivers?|gives?|brings?|holds?|follows?|knows?|leaves?|saves?|cuts?|reduces?|stays|remains|accepts|agrees|allows|appears|applies|arrives|asks|avoids|becomes|behaves|believes|belongs|builds|carries|chooses|closes|collects|comes|continues|copes|creates|decides|decreases|depends|deserves|disagrees|drives|earns|enters|exists|explains|extends|feels|fills|fixes|flies|forgets|frees|generates|happens|hears|helps|hits|identifies|improves|includes|increases|joins|keeps|lasts|lets|lives|loses|manages|meets|offers|opens|outlives|pays|predicts|prevents|produces|protects|pulls|pushes|puts|ranks|reacts|recognizes|refuses|relies|repeats|requires|resolves|responds|reveals|says|sees|seems|sells|sends|serves|settles|shrinks|sits|sleeps|sorts|speaks|spends|sticks|succeeds|suits|supports|surpasses|survives|teaches|tells|thinks|translates|travels|treats|tries|wants|wins|writes|halves|doubles|triples|disappears|vanishes|shrinks|reaches|becomes|(?:drop|fall|rise|grow|climb|sink|move|end|stop|start|go)s?(?=\s(?:to|by|at|from|below|under|above|over|off|up|down)\b)|outperforms?|exceeds?|ensures?|guarantees?|predicts?|recogni[sz]es?|learns?|never\s\w+s|went|came|became|made|got|found|proved|solved|rose|fell|grew|brought|began|stood|won|lost|\w{3,}ed|\w+['’](?:s|re|ve|ll|m))\b|(?<=\s)\w{3,}s\s(?:the|an?|our|all|every|any|no|it|us|them)\b
    |(?<=[a-z]s\s)(?:go|come|start|begin|end|open|close|launch|ship|arrive|land|leave|run|roll|turn|stay|remain|become|look|feel|see|say|think|know|use|keep|stop|save|lose|win|drop|rise|fall|help|hold|pass|pay|want|like|love|follow|happen|change|move|join|switch)\b""",
    _I | re.VERBOSE,
)
_PRONOUN = re.compile(
    r"^(?:we|i|it|they|he|she|you|this|that|there|these|those|everyone|nobody)\s+\w+", _I
)
# "At Christmas we stand below 3": the verb of such a clause can be any word.
_LED = re.compile(
    r"^(?:at|by|in|on|from|until|till|before|after|with|within|for|come|next|this|then)\s"
    r"(?:[\w'’-]+\s){1,4}(?:we|they|he|she|it|you|i)\s[a-z]+",
    _I,
)
PAST = re.compile(
    r"\b(?:was|were|rose|fell|took|went|got|had|gave|came|did|became|saw|found|made|kept|held|sent|sold|paid|ran|(?:has|have)\sbeen|[a-z]{3,}ed)\b",
    _I,
)
_SUBORDINATE = re.compile(
    r"(?:and\s|but\s)?(?:as|since|because|given\sthat|now\sthat|although|though|while)\s(?!of\b|a\b|an\b|for\b|well\b)",
    _I,
)


def opens(clause: str) -> bool:
    """Tell whether *clause* is how a sentence opens: "Weather aside", "Given how far we are"."""
    return _OPENING.match(clause) is not None


def leads_in(clause: str) -> bool:
    """Tell whether *clause* is no sentence without the next."""
    if opens(clause) or _SUBORDINATE.match(clause):
        return True
    return len(clause.split()) <= _LEAD and not (
        re.search(r"\d", clause) or states_something(clause)
    )


def states_something(clause: str) -> bool:
    """Tell whether *clause* has a finite verb, as far as that can be seen."""
    return bool(_PRONOUN.match(clause) or _LED.match(clause) or _FINITE.search(clause))
