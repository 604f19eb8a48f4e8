"""What a person reports in a check-in: read from a form's answers, checked field by field. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlsplit

from bot.log_records import CLOSING, BlockerState, Execution, Hypothesis, Outcome, Result

PAGE = 3
_LONGEST = 10_000
_SEPARATOR = "/"
_TEXTS = ("tried", "learned", "next", "blocker")


@dataclass(frozen=True)
class Report:
    """What was filled in about one hypothesis, not yet checked."""

    hypothesis: str
    answers: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing new: no result was chosen and nothing was written."""
        return not any(self.answers.get(name) for name in (*_CHECKS, *_CHOICES, *_TEXTS))


@dataclass
class Problems:
    """What is wrong with a form, by the name of the field."""

    fields: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, name: str, sentence: str) -> None:
        """Note the first problem of a field."""
        self.fields.setdefault(name, sentence)


def field_name(part: str, hypothesis: str) -> str:
    """Return the name of a form's field about a hypothesis."""
    return f"{part}{_SEPARATOR}{hypothesis}"


def reports(answers: Mapping[str, str]) -> list[Report]:
    """Return what *answers* say of each hypothesis, in the form's order."""
    found: dict[str, dict[str, str]] = {}
    for name, text in answers.items():
        part, separator, hypothesis = name.partition(_SEPARATOR)
        if separator:
            found.setdefault(hypothesis, {})[part] = text.strip()
    return [Report(hypothesis, parts) for hypothesis, parts in found.items()]


def mentioned(answers: Mapping[str, str]) -> list[str]:
    """Return the hypotheses of which *answers* say something."""
    return [report.hypothesis for report in reports(answers) if not report.is_empty]


def problems(answers: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each field of a check-in that can't be used."""
    found = Problems()
    for report in reports(answers):
        _check(report, found)
    return found.fields


def _check(report: Report, found: Problems) -> None:
    answers, name = report.answers, report.hypothesis
    for part, check in _CHECKS.items():
        if said := check(answers.get(part, "")):
            found.add(field_name(part, name), said)
    if not report.is_empty and not answers.get("result"):
        found.add(field_name("result", name), "Choose what came of it.")
    for part, values in _CHOICES.items():
        if answers.get(part, "") not in values:
            found.add(field_name(part, name), "Choose one of those that are offered.")
    for part in _TEXTS:
        if len(answers.get(part, "")) > _LONGEST:
            found.add(field_name(part, name), too_long(answers[part], _LONGEST))


def too_long(text: str, most: int) -> str:
    """Say that *text* is too long, and by how much."""
    return f"That has {len(text):,} characters; I keep up to {most:,}. Link the rest as evidence."


_CHANCE = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*(?:%|percent)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[-+−]?[1-9]\d{0,2},\d{3}")
_LONGEST_NUMBER = 30
_NUMBER = re.compile(r"[-+−]?(\d+(?:[.,]\d+)?|[.,]\d+)\s*%?")


def chance_problem(text: str) -> str:
    """Say what is wrong with a chance in percent; empty if nothing is."""
    if not text:
        return ""
    matched = _CHANCE.fullmatch(text)
    number = _decimal(matched[1]) if matched else -1.0
    if matched is None or number > 100:
        return "Write a chance from 0 to 100, for instance 60."
    if 0 < number < 0.01:
        return "Write a chance from 0 to 100, for instance 1."
    if 0 < number < 1:
        return f"That would be less than one percent. For {round(number * 100)} % write " + (
            f"{round(number * 100)}."
        )
    return ""


def chance(text: str) -> float | None:
    """Return a checked chance in percent as a probability; None if nothing was written."""
    matched = _CHANCE.fullmatch(text)
    return _decimal(matched[1]) / 100 if matched else None


def number_problem(text: str) -> str:
    """Say what is wrong with a number; empty if nothing is."""
    if _THOUSANDS.fullmatch(text):
        return f"Is that {text.replace(',', '')} or {text.replace(',', '.')}? Write it that way."
    readable = not text or (_NUMBER.fullmatch(text) and len(text) <= _LONGEST_NUMBER)
    return "" if readable else "Write one number, for instance 0.81; units belong in the threshold."


def number(text: str) -> float | None:
    """Return a checked number; None if nothing was written."""
    if not text:
        return None
    return _decimal(text.rstrip("% ").replace("−", "-"))


def plain(value: float) -> str:
    """Write *value* as `number` and `chance` read it: without an exponent, rounded a little."""
    return f"{Decimal(f'{value:.10g}').normalize():f}"


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))


def link_problem(text: str) -> str:
    """Say what is wrong with a link to evidence; empty if nothing is.

    The link is kept and shown, never fetched. One with a name and password in it is refused.
    """
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", text)
    except ValueError:
        return "That is no web address. It should begin with https://."
    if not fine:
        return "That is no web address. It should begin with https://."
    if parts.username or parts.password:
        return "That address has a name or password in it. Leave those out."
    return "" if len(text) <= 2_000 else "That address is too long; I keep up to 2,000 characters."


_CHECKS = {"chance": chance_problem, "value": number_problem, "evidence": link_problem}
_CHOICES = {
    "result": {"", *Result},
    "execution": set(Execution),
    "blocker_state": set(BlockerState),
}


@dataclass(frozen=True)
class Occasion:
    """Who reports when, and with which check-in; `event` makes the outcomes' ids."""

    workspace: str
    person: str
    event: str
    at: datetime
    on: date
    check_in: str = ""


def outcomes(
    answers: Mapping[str, str],
    occasion: Occasion,
    known: Mapping[str, Hypothesis],
    earlier: Sequence[Outcome],
) -> list[Outcome]:
    """Return what checked *answers* add to the log, about hypotheses in *known*.

    What the person already reported with the same check-in (among *earlier*) is replaced. What
    says the same again is left out, and what was corrected since. Working on the same event again
    gives the same outcomes.
    """
    before_it = [o for o in earlier if o.id != _outcome_id(occasion, o.hypothesis)]
    replaced = {outcome.replaces for outcome in before_it}
    mine = {
        outcome.hypothesis: outcome
        for outcome in before_it
        if outcome.check_in
        and outcome.check_in == occasion.check_in
        and outcome.person == occasion.person
        and outcome.id not in replaced
    }
    found: list[Outcome] = []
    for report in reports(answers):
        corrected = _outcome_id(occasion, report.hypothesis) in replaced
        if report.is_empty or report.hypothesis not in known or corrected:
            continue
        before = mine.get(report.hypothesis)
        outcome = _outcome(_completed(report, before), occasion, before.id if before else "")
        if before is None or not _says_the_same(outcome, before):
            found.append(outcome)
    return found


def _completed(report: Report, before: Outcome | None) -> Report:
    """Take what the form did not ask, because it was too long to be edited, from *before*."""
    if before is None:
        return report
    kept = {part: getattr(before, part) for part in _TEXTS if part not in report.answers}
    return Report(report.hypothesis, {**report.answers, **kept})


def _outcome(report: Report, occasion: Occasion, replaces: str) -> Outcome:
    said = report.answers
    blocker = said.get("blocker", "")
    stated = said.get("blocker_state", "")
    return Outcome(
        workspace=occasion.workspace,
        id=_outcome_id(occasion, report.hypothesis),
        hypothesis=report.hypothesis,
        person=occasion.person,
        at=occasion.at,
        on=occasion.on,
        result=Result(said.get("result") or Result.STILL_RUNNING),
        chance=chance(said.get("chance", "")),
        tried=said.get("tried", ""),
        execution=Execution(said.get("execution", "")),
        learned=said.get("learned", ""),
        value=number(said.get("value", "")),
        evidence=said.get("evidence", ""),
        next=said.get("next", ""),
        blocker=blocker,
        blocker_state=BlockerState(stated or (BlockerState.NEW if blocker else BlockerState.NONE)),
        check_in=occasion.check_in,
        replaces=replaces,
    )


def _outcome_id(occasion: Occasion, hypothesis: str) -> str:
    return f"{occasion.event}:{hypothesis}"


def _says_the_same(one: Outcome, other: Outcome) -> bool:
    aside = {"id", "at", "on", "replaces"}
    return one.model_dump(exclude=aside) == other.model_dump(exclude=aside)


def latest(outcomes: Iterable[Outcome], check_in: str = "") -> dict[str, Outcome]:
    """Return what was said last of each hypothesis, by its day; corrected ones don't count.

    What was said with the *check_in* comes before what was said of a later day.
    """
    said = list(outcomes)
    replaced = {outcome.replaces for outcome in said}
    standing = [outcome for outcome in said if outcome.id not in replaced]
    standing.sort(key=lambda o: (bool(check_in) and o.check_in == check_in, o.on, o.at))
    return {outcome.hypothesis: outcome for outcome in standing}


def closes(outcome: Outcome) -> bool:
    """Tell whether *outcome* decides its hypothesis."""
    return outcome.result in CLOSING
