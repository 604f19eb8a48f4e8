"""Everything that can go wrong in a way a person should hear about.

CoachError
├── InputProblem            what the person sent can't be used (exit status 1)
│   ├── BadBatch
│   ├── DocumentProblem
│   ├── DraftTooLong
│   ├── NoObjective
│   ├── NotAMember
│   ├── NotYourHypothesis
│   ├── NotYourStandup
│   ├── NotYours
│   ├── NothingToReview
│   ├── LogGone
│   ├── Outdated
│   ├── ReviewGone
│   └── StandupGone
├── SettingsProblem         Coach is set up wrongly (exit status 2)
└── Unavailable             a part that Coach needs does not answer (exit status 1)
    ├── StoreUnavailable
    ├── KnowledgeUnavailable
    └── ModelUnavailable
        └── BudgetSpent

The docstring of an error is the sentence that the person reads; `{names}` in it are filled from
the keyword arguments.
"""

from typing import ClassVar


class CoachError(Exception):
    """Something went wrong on my side. Please try again in a minute."""

    exit_status: ClassVar[int] = 1

    def __init__(self, **facts: object) -> None:
        """Fill the docstring's `{names}` from *facts*."""
        self.sentence = " ".join((self.__doc__ or "").split()).format(**facts)
        super().__init__(self.sentence)


class InputProblem(CoachError):
    """I can't use that: {problem}"""


class BadBatch(InputProblem):
    """Line {line} of the batch can't be used: {problem}. Nothing was written."""


class DocumentProblem(InputProblem):
    """{name}: {problem}"""


class DraftTooLong(InputProblem):
    """That draft has {length} characters; I review up to {longest}. Send me the part that matters
    most to your readers."""


class NotYours(InputProblem):
    """Only the person who asked can share this answer. Ask me yourself and you can share yours."""


class NothingToReview(InputProblem):
    """I found no words to review in that. Paste your draft update as text."""


class NoObjective(InputProblem):
    """A hypothesis is a bet on an objective, and none is open here. Add one first: New objective,
    or /coach objective in Slack."""


class NotYourHypothesis(InputProblem):
    """That hypothesis is {owner}'s. They, the owner of their standup or an administrator can change
    it; you can register one of your own."""


class NotAMember(InputProblem):
    """You are no member of “{name}”, and its check-ins and digests are its members'. Its owner can
    add you."""


class NoCheckInThen(InputProblem):
    """“{name}” has no check-in for you to answer on {day}. /coach checkin shows the one that is
    open or next."""


class NotYourStandup(InputProblem):
    """“{name}” belongs to {owner}; only they or an administrator can change it. Ask them, or set
    up a standup of your own with /coach standup."""


class StandupGone(InputProblem):
    """That standup was removed, so nothing was changed. /coach standup list shows what there is."""


class LogGone(InputProblem):
    """I don't find that in the log of this workspace. /coach odds shows what there is."""


class Outdated(InputProblem):
    """Somebody else changed this while you had the form open, so I kept theirs and not yours. Open
    it again: what you wrote is easily entered anew."""


class ReviewGone(InputProblem):
    """I no longer have that draft: drafts are deleted after a while, or when you ask. Send it
    again and I'll review it anew."""


class RunUnreadable(CoachError):
    """Your MLflow server answered in a way that I can't read. Enter the value yourself; an
    administrator can check that COACH_MLFLOW_URL is the address of MLflow itself."""


class RunGone(RunUnreadable):
    """Your MLflow server has no such run: it was deleted, or the address is not the whole one. Copy
    the address of the run's page again, or enter the value yourself."""


class RunForbidden(RunUnreadable):
    """Your MLflow server does not let me read that run. Enter the value yourself; an administrator
    can check COACH_MLFLOW_TOKEN, or COACH_MLFLOW_USER and COACH_MLFLOW_PASSWORD."""


class MlflowSilent(RunUnreadable):
    """Your MLflow server does not answer. Try again in a minute, or enter the value yourself; if it
    stays silent, an administrator can check COACH_MLFLOW_URL."""


class MlflowMissing(RunUnreadable):
    """I can't read MLflow's runs yet, so enter the value yourself. An administrator can change that
    with pip install 'ml-coach[mlflow]'."""


class SettingsProblem(CoachError):
    """Coach is not set up correctly:
    {problems}"""

    exit_status = 2

    def __init__(self, problems: list[str]) -> None:
        """List every problem on a line of its own."""
        super().__init__(problems="")
        self.problems = problems
        self.sentence = "\n".join(
            ["Coach is not set up correctly:", *(f"  - {p}" for p in problems)]
        )
        self.args = (self.sentence,)


class Unavailable(CoachError):
    """A part that I need does not answer at the moment. Please try again in a minute."""


class StoreUnavailable(Unavailable):
    """My database does not answer, so I can't take this on. Please try again in a minute."""


class KnowledgeUnavailable(Unavailable):
    """My library does not answer, so I can't look this up. Please try again in a minute."""


class ModelUnavailable(Unavailable):
    """The language model did not give a usable answer: {reason}."""


class BudgetSpent(ModelUnavailable):
    """Today's budget for the language model is used up ({reason})."""
