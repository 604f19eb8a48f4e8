"""What became of everything that was asked and answered: Slack's messages beside Coach's store."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.log_records import CLOSING, Hypothesis, Outcome
from bot.portfolio.evidence import current
from bot.standup_records import CheckIn, CheckInState
from tests.torture.payloads import Fields
from tests.torture.people import Filled, Skipped
from tests.torture.rounds import QUESTION, Round
from tests.torture.slack import direct

_EXPERIMENTS = re.compile(r": (\d+) experiments? reported")
_DONE = frozenset({CheckInState.ANSWERED, CheckInState.SKIPPED})


@dataclass(frozen=True)
class Evidence:
    """Everything there is to look at when all is quiet.

    `sent` has every form that was sent, `filled` those that Coach acknowledged, by event.
    """

    rounds: Mapping[str, Round]
    messages: Sequence[Fields]
    sent: Mapping[str, Filled]
    filled: Mapping[str, Filled]
    skipped: frozenset[Skipped]
    check_ins: Sequence[CheckIn]
    outcomes: Sequence[Outcome]
    hypotheses: Sequence[Hypothesis]


@dataclass(frozen=True)
class Posted:
    """A message about a standup: what it is, of which date and for whom.

    `text` begins with what everybody reads; `channel` is where it stands.
    """

    what: str
    standup: str
    on: str
    whom: str
    channel: str
    text: str

    @property
    def occurrence(self) -> tuple[str, str]:
        """The standup and the date."""
        return self.standup, self.on

    def __str__(self) -> str:
        """Say shortly which message it is."""
        return f"{self.standup} {self.on} {self.whom}".strip()


@dataclass(frozen=True)
class Verdict:
    """What went wrong, as examples by what it is, and how much of everything there was."""

    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    counts: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        return not any(self.faults.values())


def verdict(evidence: Evidence) -> Verdict:
    """Return what is to be said of a run."""
    posted = [found for message in evidence.messages if (found := about(message))]
    prompts = [each for each in posted if each.what == "check-in"]
    reminders = [each for each in posted if each.what == "reminder"]
    digests = [each for each in posted if each.what == "digest"]
    faults = {
        "acknowledged answers that are not in the log": _lost(evidence),
        "answers in the log that nobody gave, or twice": _made_up(evidence),
        "acknowledged skips that are not stored": _not_skipped(evidence),
        "members prompted twice": _twice(prompts),
        "members forgotten": _forgotten(evidence, prompts),
        "prompts to somebody else": [str(p) for p in prompts if p.channel != direct(p.whom)],
        "members reminded twice": _twice(reminders),
        "digests posted twice": _repeated(f"{d.standup} {d.on}" for d in digests),
        "digests that are missing": _undigested(evidence, digests),
        "digests of something else than the log": _wrong(evidence, digests),
        "corrections beside what they correct": _uncorrected(evidence),
        "earlier answers in the place of later ones": _outdated(evidence),
        "decided hypotheses that stay open": _undecided(evidence),
    }
    return Verdict(
        faults={what: tuple(found) for what, found in faults.items()},
        counts={
            "standups": len(evidence.rounds),
            "prompts": len(prompts),
            "check-ins missed by us": _missed(evidence),
            "reminders": len(reminders),
            "answers acknowledged": len(evidence.filled),
            "skips acknowledged": len(evidence.skipped),
            "digests": len(digests),
        },
    )


def about(message: Fields) -> Posted | None:
    """Return which of a standup's messages *message* is, None if it is none of them."""
    metadata: Fields = message.get("metadata") or {}
    payload: Fields = metadata.get("event_payload") or {}
    parts = str(payload.get("key", "")).split(":")
    if len(parts) != 6:
        return None
    _, _, what, standup, on, whom = parts
    whom = "" if what == "digest" else whom  # there it is the revision
    return Posted(what, standup, on, whom, message["channel"], message.get("text", ""))


# -- answers


def _lost(evidence: Evidence) -> list[str]:
    logged = {(o.hypothesis, o.person, o.tried) for o in evidence.outcomes}
    answers = {(c.standup, c.person.id): c.answers.get(QUESTION, "") for c in evidence.check_ins}
    lost = [
        filled.event
        for filled in evidence.filled.values()
        if any((h, filled.person, text) not in logged for h, text in filled.tried.items())
    ]
    # What was answered to the standup's own question is kept as it was said last.
    silent = [
        filled.event
        for filled in evidence.filled.values()
        if filled.need and not answers.get((filled.standup, filled.person))
    ]
    return list(dict.fromkeys([*lost, *silent]))


def _made_up(evidence: Evidence) -> list[str]:
    given = {
        (h, filled.person, text)
        for filled in evidence.sent.values()
        for h, text in filled.tried.items()
    }
    logged = [(o.hypothesis, o.person, o.tried) for o in evidence.outcomes]
    return [*(str(each) for each in logged if each not in given), *_repeated(map(str, logged))]


def _not_skipped(evidence: Evidence) -> list[str]:
    done = {(c.standup, c.person.id) for c in evidence.check_ins if c.state in _DONE}
    return [str(each) for each in evidence.skipped if (each.standup, each.person) not in done]


# -- messages


def _twice(posted: Sequence[Posted]) -> list[str]:
    """Return what came twice, by its key or to the eye."""
    by_key = _repeated(map(str, posted))
    by_text = _repeated(f"{each.channel}: {each.text}" for each in posted)
    return list(dict.fromkeys([*by_key, *by_text]))


def _forgotten(evidence: Evidence, prompts: Sequence[Posted]) -> list[str]:
    """Return who was neither prompted, nor recorded as missed, nor had answered before."""
    prompted = {(each.standup, each.whom) for each in prompts}
    missed = {
        (c.standup, c.person.id) for c in evidence.check_ins if c.state == CheckInState.MISSED_BY_US
    }
    answered = {(each.standup, each.person) for each in evidence.filled.values()}
    everybody = {
        (name, person) for name, each in evidence.rounds.items() for person in each.manners
    }
    return [" ".join(each) for each in sorted(everybody - prompted - missed - answered)]


def _missed(evidence: Evidence) -> int:
    return sum(each.state == CheckInState.MISSED_BY_US for each in evidence.check_ins)


# -- digests


def _undigested(evidence: Evidence, digests: Sequence[Posted]) -> list[str]:
    published = {each.occurrence for each in digests}
    owed = {(c.standup, c.on.isoformat()) for c in evidence.check_ins if _answered(c)}
    return [" ".join(each) for each in sorted(owed ^ published)]


def _wrong(evidence: Evidence, digests: Sequence[Posted]) -> list[str]:
    """Return the digests whose number of experiments is not that of the log."""
    keys = {c.key: (c.standup, c.on.isoformat()) for c in evidence.check_ins}
    standing = Counter(keys.get(o.check_in) for o in current(evidence.outcomes))
    wrong: list[str] = []
    for digest in digests:
        told = _EXPERIMENTS.search(digest.text)
        count = int(told[1]) if told else -1
        if count != standing[digest.occurrence]:
            wrong.append(f"{digest}: {count} instead of {standing[digest.occurrence]}")
    return wrong


def _answered(check_in: CheckIn) -> bool:
    return check_in.state == CheckInState.ANSWERED


# -- what people said last


def _uncorrected(evidence: Evidence) -> list[str]:
    """Return what stands twice: said in one check-in of one hypothesis."""
    return _repeated(f"{o.check_in} {o.hypothesis}" for o in current(evidence.outcomes))


def _outdated(evidence: Evidence) -> list[str]:
    """Return what was said last of a hypothesis in a check-in and is not what stands."""
    last: dict[tuple[str, str, str], Filled] = {}
    for filled in sorted(evidence.filled.values(), key=lambda each: each.number):
        last |= {(filled.standup, filled.person, h): filled for h in filled.tried}
    standing: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for outcome in current(evidence.outcomes):
        standup = outcome.check_in.partition(":")[0]
        standing[standup, outcome.person, outcome.hypothesis].add(outcome.tried)
    outdated = [
        f"{filled.event} on {about[2]}"
        for about, filled in last.items()
        if filled.tried[about[2]] not in standing[about]
    ]
    needs = {(c.standup, c.person.id): c.answers.get(QUESTION, "") for c in evidence.check_ins}
    asked = {(f.standup, f.person): f for f in _in_order(evidence) if f.need}
    outdated += [
        f"{f.event} on the question" for who, f in asked.items() if needs.get(who) != f.need
    ]
    return outdated


def _in_order(evidence: Evidence) -> list[Filled]:
    return sorted(evidence.filled.values(), key=lambda each: each.number)


def _undecided(evidence: Evidence) -> list[str]:
    decided = {o.hypothesis for o in current(evidence.outcomes) if o.result in CLOSING}
    return [h.id for h in evidence.hypotheses if h.id in decided and h.state == "open"]


def _repeated(what: Iterable[str]) -> list[str]:
    return [f"{each} ({count} times)" for each, count in Counter(what).items() if count > 1]
