"""The digest of an occurrence: inputs first, then bets and odds, then what to decide. Pure.

It names nobody as winner or loser and nobody as missing. What was tried stands by the approach, not
by the person; a member's answers to the standup's own questions stand by their name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.frozen import Frozen
from bot.log_records import BlockerState, Execution, Hypothesis, Objective, Outcome, Result
from bot.messages import Reply, Section
from bot.standup_records import CheckIn, CheckInState, Standup
from bot.standups.prompts import day
from bot.standups.words import fitting, percent, words

_SHOWN = 12
_LONGEST = 280

# A message in Slack holds some 12,000 characters, sources and chart too, and a section counts for
# more than its words. What needs a decision has its room first.
_ROOM = 9_000
_A_SECTION = 400
_SMALLEST = 700
_LONGEST_SECTION = 2_800


class Told(Frozen):
    """What the log tells of an objective: its odds in a sentence, and what bears on them."""

    objective: str
    odds: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Day:
    """Everything that a digest is made of.

    `outcomes` came with the occurrence's check-ins, corrected ones left out. `chances` are by
    hypothesis (0 to 1). `told` is about the objectives that the team bets on.
    """

    standup: Standup
    on: date
    check_ins: Sequence[CheckIn]
    outcomes: Sequence[Outcome]
    hypotheses: Mapping[str, Hypothesis]
    objectives: Sequence[Objective]
    chances: Mapping[str, float]
    told: Sequence[Told]


def digest(found: Day) -> Reply | None:
    """Return the digest; None if nobody said anything."""
    answered = [each for each in found.check_ins if each.state == CheckInState.ANSWERED]
    if not found.outcomes and not any(each.answers for each in answered):
        return None
    tried = _section("What was tried", _tried(found), _ROOM // 4)
    decisions = _section("Needs a decision", _decisions(found), _ROOM // 5)
    room = _ROOM - sum(map(_weight, (tried, decisions)))
    portfolio = _sharing(_portfolio(found), room)
    questions = _sharing(_questions(answered), room - sum(map(_weight, portfolio)))
    sections = (tried, *questions, *portfolio, decisions)
    return Reply(text=_headline(found), sections=tuple(section for section in sections if section))


def _headline(found: Day) -> str:
    experiments = [o for o in found.outcomes if _is_experiment(o)]
    closed = [o for o in found.outcomes if o.result in (Result.SUPPORTED, Result.REFUTED)]
    parts = [_count(len(experiments), "experiment reported", "experiments reported")]
    if not experiments:
        parts = ["what the team said"]
    if closed:
        parts.append(_count(len(closed), "hypothesis settled", "hypotheses settled"))
    return f"{found.standup.name}, {day(found.on)}: {', '.join(parts)}."


def _is_experiment(outcome: Outcome) -> bool:
    return bool(outcome.tried) or outcome.result in (Result.SUPPORTED, Result.REFUTED)


def _tried(found: Day) -> list[str]:
    lines: list[str] = []
    for outcome in found.outcomes:
        hypothesis = found.hypotheses.get(outcome.hypothesis)
        if hypothesis and (_is_experiment(outcome) or outcome.learned):
            lines.append(f"• {hypothesis.claim}: {_report(outcome)}")
    return lines


def _report(outcome: Outcome) -> str:
    parts = [_cut(outcome.tried)] if outcome.tried else []
    if outcome.execution is not Execution.UNSAID:
        parts.append(f"carried out {words().ways[outcome.execution]}")
    parts.append(words().short[outcome.result])
    told = "; ".join(part.rstrip(".") for part in parts)
    learned = f". Learned: {_cut(outcome.learned)}" if outcome.learned else ""
    evidence = f" ({outcome.evidence})" if 0 < len(outcome.evidence) <= _LONGEST else ""
    return f"{told}{learned}{evidence}"


_Lines = tuple[str, Sequence[str]]
"""A section's title and its lines, as many as there are."""


def _questions(answered: Sequence[CheckIn]) -> list[_Lines]:
    questions = dict.fromkeys(question for each in answered for question in each.answers)
    return [
        (
            question,
            [
                f"• {each.person.name or each.person.id}: {_cut(each.answers[question])}"
                for each in answered
                if each.answers.get(question)
            ],
        )
        for question in questions
    ]


def _portfolio(found: Day) -> list[_Lines]:
    told = {each.objective: each for each in found.told}
    sections: list[_Lines] = []
    for objective in found.objectives:
        mine = [h for h in found.hypotheses.values() if h.objective == objective.id]
        if not mine:
            continue
        lines = [told[objective.id].odds] if objective.id in told else []
        lines += [f"• {h.claim}: {_standing(h, found.chances)}" for h in _in_order(mine, found)]
        sections.append((f"{objective.name}: {objective.target}", lines))
    return sections


def _in_order(mine: Sequence[Hypothesis], found: Day) -> list[Hypothesis]:
    """Return the live ones first, the likeliest first."""
    return sorted(mine, key=lambda h: (not h.is_live, -found.chances.get(h.id, 0.0)))


def _standing(hypothesis: Hypothesis, chances: Mapping[str, float]) -> str:
    if hypothesis.state != "open":
        return hypothesis.state
    return percent(chances.get(hypothesis.id, hypothesis.prior))


def _decisions(found: Day) -> list[str]:
    lines: list[str] = []
    for outcome in found.outcomes:
        hypothesis = found.hypotheses.get(outcome.hypothesis)
        waits = outcome.blocker and outcome.blocker_state is not BlockerState.RESOLVED
        if hypothesis and (waits or outcome.result is Result.BLOCKED):
            by = f": {_cut(outcome.blocker)}" if waits else ""
            lines.append(f"• Blocked: {hypothesis.claim}{by}")
    open_objectives = {objective.id for objective in found.objectives}
    for hypothesis in found.hypotheses.values():
        is_wanted = hypothesis.state == "open" and hypothesis.objective in open_objectives
        if is_wanted and hypothesis.resolve_by < found.on:
            kill = f" Dropped if: {hypothesis.kill_criterion}." if hypothesis.kill_criterion else ""
            lines.append(
                f"• Overdue: {hypothesis.claim} was to be known by {day(hypothesis.resolve_by)}: "
                f"settle it, drop it or give it a new date.{kill}"
            )
    return lines + [f"• {warning}" for each in found.told for warning in each.warnings]


def _section(title: str, lines: Sequence[str], room: int) -> Section | None:
    if not lines:
        return None
    return Section(title=title, text="\n".join(fitting(lines, _SHOWN, room)))


def _sharing(found: Sequence[_Lines], room: int) -> list[Section | None]:
    """Return as many sections as *room* is for, each with its share of it."""
    some = found[: max(room // _SMALLEST, 0)]
    share = min(room // max(len(some), 1), _LONGEST_SECTION)
    return [_section(title, lines, share - len(title) - _A_SECTION) for title, lines in some]


def _weight(section: Section | None) -> int:
    return len(section.title) + len(section.text) + _A_SECTION if section else 0


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"
