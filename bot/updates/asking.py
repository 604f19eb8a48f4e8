"""What only the author knows: each unknown becomes a short [placeholder] and an inquiry.

Once the author has answered, the answer stands where the placeholder stood.
"""

from collections.abc import Mapping

from bot.records import BusinessContext, Inquiry, Kind
from bot.updates.likelihoods import ScaleName, stated, step

_MOST_BASES = 3
_SHOWN = 80
_MOST_MEASURES = 2
_BASES = {
    Kind.PROMISE: (
        "How likely is it that “{claim}”, what does it depend on, and when will you know more?",
        "depends on what? known when?",
    ),
    Kind.EXTRAPOLATION: (
        "How likely is it that “{claim}”, what could stop it, and when will you know more?",
        "depends on what? known when?",
    ),
    Kind.OVERCLAIM: (
        "What has “{claim}” been tested on, and what not?",
        "tested on what so far?",
    ),
}

_ABOUT_CHANCES = (Kind.PROMISE, Kind.EXTRAPOLATION)


class Asking:
    """Collects a draft's inquiries and fills in the answers that there are."""

    def __init__(self, answers: Mapping[str, str], scale: ScaleName, odds: str = "") -> None:
        """Fill in *answers*, by the inquiries' names; likelihoods in them get *scale*'s words.

        *odds* are what the team's log says of the matter; they stand behind the first claim that
        the author gives no basis for.
        """
        self._answers = answers
        self._odds = odds
        self._scale: ScaleName = scale
        self._bases = 0
        self.inquiries: list[Inquiry] = []

    def basis(self, claim: str, kind: Kind) -> str:
        """Return what *claim* rests on, in brackets; empty where enough is asked already."""
        self._bases += 1
        if self._bases > _MOST_BASES:
            return ""
        question, blank = _BASES[kind]
        name = f"basis-{self._bases}"
        if answer := self._asked(name, question.format(claim=_short(claim)), kind, claim):
            return f" ({self._with_scale(answer)})"
        if kind in _ABOUT_CHANCES and (odds := self.odds()):
            return f" ({odds})"
        return f" [{blank}]" if self._bases == 1 else ""

    def odds(self) -> str:
        """Return what the team's log says, the first time."""
        told, self._odds = self._odds, ""
        return told

    def lesson(self, about: str) -> str:
        """Return what was learned from approaches whose people were judged."""
        question = "What did the team learn from each approach, whichever way it came out?"
        return self._asked("lesson", question, Kind.CREDIT_BY_RESULT, about)

    def impact(self, result: str, metric: str, context: BusinessContext) -> str:
        """Return what a bare *result* means for the business, as far as that is known.

        None of the metrics of *context* is the one that is reported.
        """
        question = f"What does “{_short(result)}” change for users, cost or revenue?"
        answer = self._asked("impact", question, Kind.METRIC_WITHOUT_IMPACT, metric)
        goal = context.goal.strip(" .")
        if answer or not goal:
            return answer or "[users, costs, revenue?]"
        measures = dict.fromkeys(
            meaning.business_measure.strip(" .") for meaning in context.metrics
        )
        measured = ", ".join(measure for measure in [*measures][:_MOST_MEASURES] if measure)
        by = f" ({measured})" if measured else ""
        return f"the goal is “{goal}”; the effect on it{by} is not known yet"

    def risk(self) -> str:
        """Return what could go wrong."""
        question = "What could still go wrong, and what remains to be validated?"
        answer = self._asked("risk", question, Kind.MISSING_RISK, "")
        return answer or "[what could go wrong?]"

    def term(self, name: str) -> str:
        """Return what an unknown term means."""
        question = f"What is {name}, in words that your reader knows?"
        return self._asked(f"term-{name}", question, Kind.JARGON, name) or f"[what {name} means]"

    def _asked(self, name: str, text: str, kind: Kind, about: str) -> str:
        self.inquiries.append(Inquiry(name=name, text=text, kind=kind, about=about))
        return self._answers.get(name, "").strip(" .")

    def _with_scale(self, answer: str) -> str:
        """Add the calibrated phrase to a likelihood that the author gave in percent."""
        given = stated(answer, self._scale)
        if given is None or "likely" in answer:
            return answer
        return f"{answer}: {step(sum(given) / 2, self._scale)}"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 3].rstrip()}…"
