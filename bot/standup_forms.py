"""The forms of standups: setting one up, checking in, a person's own settings.

Each returns a `Form`; what comes back is read here too, so that a form and its reading agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from bot.log_records import BlockerState, Hypothesis, Outcome
from bot.messages import Button, Field, Form, Option, Submission
from bot.standup_records import Absence, CheckIn, Profile, Standup
from bot.standups.holidays import known_country
from bot.standups.prompts import span
from bot.standups.reports import PAGE, Problems, closes, field_name, plain, too_long
from bot.standups.schedule import zone_or_none
from bot.standups.words import fitted, percent, words

NEW, CHECK_IN, ME, AWAY = "standup_new", "standup_check_in", "standup_me", "standup_away"
SKIP, RUN, PAUSE, REMOVE, RESTORE, LIST, RETURN, HOME, DIGEST = (
    "standup_skip",
    "standup_run",
    "standup_pause",
    "standup_remove",
    "standup_restore",
    "standup_list",
    "standup_return",
    "standup_home",
    "standup_digest",
)
ON, OFF = "yes", "no"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOST_QUESTIONS = 5
_LONGEST_QUESTION = 200
_LONGEST_NAME = 100
_LONGEST_ANSWER = 10_000
_LONGEST_NUMBER = 9  # digits
_LONGEST_HEADING = 140


def standup(kept: Standup | None, zone: str, today: date) -> Form:
    """Ask for a new standup in the team's *zone*, or edit *kept*."""
    days = kept.days if kept else (0, 1, 2, 3, 4)
    own = kept.own_zone if kept else True
    return Form(
        title="Standup",
        action=NEW,
        value=f"{kept.id}|{kept.version}" if kept else "",
        text="I ask each member privately, log what came of each hypothesis, and post a digest of "
        "the bets and their odds.",
        fields=(
            Field(name="name", label="Name", value=kept.name if kept else "", required=True,
                  length=100),
            Field(name="channel", label="Channel for the digest", kind="channel", required=True,
                  value=kept.place.channel if kept else ""),
            Field(name="members", label="Members", kind="people", required=True,
                  value="\n".join(m.person.id for m in kept.members) if kept else ""),
            Field(name="days", label="Days", kind="choices", required=True,
                  value="\n".join(str(day) for day in days),
                  options=tuple(Option(value=str(n), label=day) for n, day in enumerate(_DAYS))),
            Field(name="every", label="Every how many weeks?", kind="number", length=2,
                  value=str(kept.every_weeks if kept else 1)),
            Field(name="starts", label="From which week on?", kind="date",
                  value=(kept.starts if kept else today).isoformat()),
            Field(name="at", label="Time", kind="time", required=True,
                  value=(kept.at if kept else time(9, 30)).strftime("%H:%M")),
            Field(name="own_zone", label="Whose time?", kind="choice", value=ON if own else OFF,
                  options=(Option(value=ON, label="Each member's own zone"),
                           Option(value=OFF, label="The team's zone"))),
            Field(name="zone", label="The team's zone", value=kept.zone if kept else zone,
                  required=True, length=60, hint="For instance Europe/Lisbon"),
            Field(name="country", label="Public holidays of", length=6,
                  value=kept.country if kept else "",
                  hint="A country code such as PT or BR-SP; members can set their own."),
            Field(name="window", label="Minutes to answer", kind="number", length=4,
                  value=str(kept.window if kept else 240)),
            Field(name="reminder", label="Remind so many minutes before the end", kind="number",
                  length=4, value=str(kept.reminder if kept else 60), hint="0 for never"),
            Field(name="questions", label="Questions of your own, one a line", kind="lines",
                  value="\n".join(kept.questions) if kept else "", length=1_200,
                  hint="I ask about each hypothesis anyway."),
        ),
        submit="Keep",
    )  # fmt: skip


@dataclass(frozen=True)
class StandupAnswers:
    """A filled-in standup form, checked."""

    name: str
    channel: str
    members: tuple[str, ...]
    days: tuple[int, ...]
    every_weeks: int
    starts: date
    at: time
    own_zone: bool
    zone: str
    country: str
    window: int
    reminder: int
    questions: tuple[str, ...]


def standup_problems(answers: Mapping[str, str], today: date) -> dict[str, str]:
    """Return a sentence for each field of a standup form that can't be used."""
    found = Problems()
    for name, sentence in (
        ("name", "Give the standup a name."),
        ("channel", "Choose where the digest goes."),
        ("members", "Choose who takes part."),
        ("days", "Choose at least one day."),
    ):
        if not answers.get(name, "").strip():
            found.add(name, sentence)
    if len(answers.get("name", "").strip()) > _LONGEST_NAME:
        found.add("name", f"A name may have up to {_LONGEST_NAME} characters.")
    if any(day not in _DAY_NUMBERS for day in _lines(answers.get("days", ""))):
        found.add("days", "That is no day of the week.")
    if _time(answers.get("at", "")) is None:
        found.add("at", "Write a time such as 09:30.")
    if answers.get("starts", "").strip() and _date(answers["starts"]) is None:
        found.add("starts", f"Write a date such as {today.isoformat()}.")
    if zone_or_none(answers.get("zone", "").strip()) is None:
        found.add("zone", "I don't know that zone. Write one such as Europe/Lisbon.")
    _check_country(answers.get("country", ""), found)
    _check_numbers(answers, found)
    _check_questions(answers.get("questions", ""), found)
    return found.fields


def _check_country(text: str, found: Problems) -> None:
    if text.strip() and not known_country(text.strip().upper()):
        found.add("country", "I don't know that country. Write a code such as PT or BR-SP.")


def _check_numbers(answers: Mapping[str, str], found: Problems) -> None:
    for name, low, high in (("every", 1, 52), ("window", 5, 1_440), ("reminder", 0, 1_440)):
        text = answers.get(name, "").strip()
        readable = text.isdecimal() and len(text) <= _LONGEST_NUMBER
        if text and not (readable and low <= int(text) <= high):
            found.add(name, f"Write a whole number from {low} to {high:,}.")


def _check_questions(text: str, found: Problems) -> None:
    questions = _lines(text)
    if len(questions) > _MOST_QUESTIONS:
        found.add("questions", f"I ask up to {_MOST_QUESTIONS} questions; these are more.")
    if any(len(question) > _LONGEST_QUESTION for question in questions):
        found.add("questions", f"A question may have up to {_LONGEST_QUESTION} characters.")


def standup_from(submission: Submission, today: date) -> StandupAnswers:
    """Read a standup form whose answers were checked."""
    said = submission.answers
    return StandupAnswers(
        name=said["name"].strip(),
        channel=said["channel"].strip(),
        members=tuple(dict.fromkeys(_lines(said["members"]))),
        days=tuple(sorted({int(day) for day in _lines(said["days"])})),
        every_weeks=int(said.get("every", "").strip() or 1),
        starts=_date(said.get("starts", "")) or today,
        at=_time(said["at"]) or time(9, 30),
        own_zone=said.get("own_zone", ON) != OFF,
        zone=str(zone_or_none(said["zone"].strip())),
        country=said.get("country", "").strip().upper(),
        window=int(said.get("window", "").strip() or 240),
        reminder=int(said.get("reminder", "").strip() or 0),
        questions=tuple(_lines(said.get("questions", ""))),
    )


_DAY_NUMBERS = {str(number) for number in range(7)}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


# -- checking in


@dataclass(frozen=True)
class Asked:
    """What a check-in asks about: a standup on a date, and a page of the person's hypotheses.

    In a form, `version` is that of the standup whose questions it asks; else it is 0.
    """

    standup: str
    on: date
    page: int = 0
    version: int = 0

    def __str__(self) -> str:
        """Write it as a form's or a button's value."""
        version = f"|{self.version}" if self.version else ""
        return f"{self.standup}|{self.on.isoformat()}|{self.page}{version}"

    @classmethod
    def read(cls, value: str) -> "Asked | None":
        """Return what `str` wrote; None if it is something else."""
        parts = value.split("|")
        on = _date(parts[1]) if len(parts) in (3, 4) else None
        numbers = [part for part in parts[2:] if part.isdecimal() and len(part) <= _LONGEST_NUMBER]
        if on is None or not 2000 <= on.year <= 2200 or len(numbers) != len(parts) - 2:
            return None
        return cls(parts[0], on, *(int(number) for number in numbers))


def pages(hypotheses: Sequence[Hypothesis]) -> int:
    """Return how many forms it takes to ask about *hypotheses*, at least one."""
    return max(1, -(-len(hypotheses) // PAGE))


def check_in(
    asked: Asked,
    kept: Standup,
    hypotheses: Sequence[Hypothesis],
    latest: Mapping[str, Outcome],
    answered: CheckIn | None,
) -> Form:
    """Ask about a page of *hypotheses*, filled in with the *latest* outcome of each.

    What was *answered* with the same check-in before is shown again, to be edited.
    """
    answers = answered.answers if answered else {}
    key = answered.key if answered else ""
    shown = hypotheses[asked.page * PAGE : (asked.page + 1) * PAGE]
    fields: list[Field] = []
    for each in shown:
        last = latest.get(each.id)
        editing = bool(key) and last is not None and last.check_in == key
        fields += _about(each, last, editing=editing)
    if asked.page == 0:
        fields += [
            Field(
                name=f"question{n}",
                label=asks,
                kind="lines",
                value=answers.get(asks, ""),
                group="The team's own questions" if shown else "",
            )
            for n, asks in enumerate(kept.questions)
        ]
    if not fields:
        fields = [Field(name="note", label="What did you try, and what came of it?", kind="lines",
                        value=answers.get(NOTE, ""))]  # fmt: skip
    of = f" ({asked.page + 1} of {pages(hypotheses)})" if pages(hypotheses) > 1 else ""
    return Form(
        title=f"Check-in{of}",
        action=CHECK_IN,
        value=str(replace(asked, version=kept.version)),
        text="Filled in with what you said last. Change what has changed; you can edit it later.",
        fields=tuple(fields),
    )


NOTE = "What did you try, and what came of it?"


def own_answer_problems(answers: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each answer to a standup's own questions that can't be used."""
    return {
        name: too_long(text.strip(), _LONGEST_ANSWER)
        for name, text in answers.items()
        if (name == "note" or name.startswith("question")) and len(text.strip()) > _LONGEST_ANSWER
    }


def own_answers(kept: Standup, submission: Submission) -> dict[str, str]:
    """Return the answers to the standup's own questions, by their text.

    A question that was left empty has an empty answer; one that this page did not ask has none.
    """
    names = {f"question{n}": question for n, question in enumerate(kept.questions)}
    asked = {**names, "note": NOTE}
    return {asked[name]: text.strip() for name, text in submission.answers.items() if name in asked}


def _about(hypothesis: Hypothesis, last: Outcome | None, *, editing: bool) -> list[Field]:
    """Ask about *hypothesis*, filled in with what still holds of *last*; *editing* shows all."""
    standing = last if last and (editing or not closes(last)) else None  # it was reopened since
    stated = standing.chance if standing else None
    plan = last.next.strip().rstrip(".") if last and not editing else ""
    planned = f"Last time you planned: {fitted(plan, 200)}." if plan else ""
    meets = f"Chance that it meets {hypothesis.threshold}" if hypothesis.threshold else "Chance"
    options, said = words(), last if editing else None
    return [
        _field("result", hypothesis, "What came of it?", kind="choice",
               value=standing.result if standing else "",
               options=tuple(Option(value=v, label=w) for v, w in options.results.items())),
        _field("tried", hypothesis, "What did you try?", kind="lines", hint=planned,
               value=said.tried if said else "", length=10_000),
        _field("execution", hypothesis, "How was it carried out?", kind="choice",
               value=said.execution if said else "",
               options=tuple(Option(value=v, label=w) for v, w in options.executions.items())),
        _field("learned", hypothesis, "What did you learn?", kind="lines",
               value=said.learned if said else "", length=10_000),
        _field("chance", hypothesis, f"{meets} now, in percent", kind="number", length=6,
               value="" if stated is None else plain(stated * 100),
               hint=f"At first: {percent(hypothesis.prior)}"),
        _field("value", hypothesis, f"{hypothesis.metric or 'The metric'} now", kind="number",
               value="" if said is None or said.value is None else plain(said.value), length=30),
        _field("evidence", hypothesis, "Evidence (a link)", length=2_000,
               value=said.evidence if said else ""),
        _field("next", hypothesis, "Next experiment", kind="lines", length=10_000,
               value=standing.next if standing else ""),
        *_blocker(hypothesis, standing),
    ]  # fmt: skip


def _blocker(hypothesis: Hypothesis, last: Outcome | None) -> list[Field]:
    text = _field("blocker", hypothesis, "What is in the way?", kind="lines", length=10_000)
    if not last or not last.blocker or last.blocker_state == BlockerState.RESOLVED:
        return [text]
    options = words().blockers
    return [
        text.model_copy(update={"value": last.blocker}),
        _field("blocker_state", hypothesis, "Is it still in the way?", kind="choice",
               value=BlockerState.STILL,
               options=tuple(Option(value=v, label=w) for v, w in options.items())),
    ]  # fmt: skip


def _field(part: str, hypothesis: Hypothesis, label: str, **more: object) -> Field:
    group = f"“{fitted(hypothesis.claim, _LONGEST_HEADING)}”"
    fields = {"name": field_name(part, hypothesis.id), "label": label, "group": group, **more}
    return Field.model_validate(fields)


# -- a person's own settings


def me(profile: Profile) -> Form:
    """Ask a person for their zone, country and quiet hours."""
    quiet = profile.quiet_from != profile.quiet_until
    return Form(
        title="My settings",
        action=ME,
        fields=(
            Field(name="zone", label="My zone", value=profile.zone, length=60,
                  hint="For instance America/Sao_Paulo. Empty: the team's."),
            Field(name="country", label="Public holidays of", value=profile.country, length=6,
                  hint="A country code such as PT or BR-SP. Empty: the team's."),
            Field(name="quiet_from", label="Send me nothing from", kind="time",
                  value=profile.quiet_from.strftime("%H:%M") if quiet else ""),
            Field(name="quiet_until", label="until", kind="time",
                  value=profile.quiet_until.strftime("%H:%M") if quiet else ""),
            Field(name="muted", label="Check-ins", kind="choice",
                  value=ON if profile.muted else OFF,
                  options=(Option(value=OFF, label="Ask me"),
                           Option(value=ON, label="Don't ask me (muted)"))),
        ),
        submit="Keep",
    )  # fmt: skip


def me_problems(answers: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each of a person's settings that can't be used."""
    found = Problems()
    zone = answers.get("zone", "").strip()
    if zone and zone_or_none(zone) is None:
        found.add("zone", "I don't know that zone. Write one such as Europe/Lisbon.")
    _check_country(answers.get("country", ""), found)
    quiet = [answers.get(name, "").strip() for name in ("quiet_from", "quiet_until")]
    for name, text in zip(("quiet_from", "quiet_until"), quiet, strict=True):
        if text and _time(text) is None:
            found.add(name, "Write a time such as 18:00.")
        elif not text and any(quiet):
            found.add(name, "Give both times, or neither.")
    return found.fields


def me_from(submission: Submission, profile: Profile) -> Profile:
    """Return *profile* as a checked form says."""
    said = submission.answers
    zone = zone_or_none(said.get("zone", "").strip())
    return profile.model_copy(
        update={
            "zone": str(zone) if zone else "",
            "country": said.get("country", "").strip().upper(),
            "quiet_from": _time(said.get("quiet_from", "")) or time(0),
            "quiet_until": _time(said.get("quiet_until", "")) or time(0),
            "muted": said.get("muted") == ON,
        }
    )


def away(today: date) -> Form:
    """Ask from when to when a person is away."""
    return Form(
        title="Away",
        action=AWAY,
        text="I don't ask you on these days, and they never count as missed.",
        fields=(
            Field(name="first", label="First day", kind="date", value=today.isoformat(),
                  required=True),
            Field(name="last", label="Last day", kind="date", value=today.isoformat(),
                  required=True),
        ),
        submit="Keep",
    )  # fmt: skip


def back_button(absence: Absence, label: str = "") -> Button:
    """Return the button that takes *absence* back."""
    return Button(
        label=label or f"Not away {span(absence.first, absence.last)}",
        action=RETURN,
        value=f"{absence.first.isoformat()}|{absence.last.isoformat()}",
    )


def away_problems(answers: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each day of an absence that can't be used."""
    found = Problems()
    first, last = (_date(answers.get(name, "")) for name in ("first", "last"))
    if first is None:
        found.add("first", "Write a date such as 2027-01-04.")
    if last is None:
        found.add("last", "Write a date such as 2027-01-08.")
    if first and last and last < first:
        found.add("last", "That is before the first day.")
    if first and last and (last - first).days > 366:
        found.add("last", "That is more than a year. Mute the check-ins instead.")
    return found.fields


def away_from(submission: Submission) -> tuple[date, date]:
    """Read a checked absence: its first and its last day."""
    said = submission.answers
    return date.fromisoformat(said["first"].strip()), date.fromisoformat(said["last"].strip())
