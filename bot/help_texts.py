"""What Coach says of itself. The sample dialogue in the help is played by a test."""

from bot.messages import Reply, Section

SAMPLE_QUESTIONS = (
    "My boss wants a date for the model. What do I say?",
    "Who should own data labelling?",
    "How do I judge people when experiments fail?",
    "What is the difference between an ML engineer and an ML researcher?",
)

# What a person says, and what Coach's reply is about.
DIALOGUES = (
    (
        "My boss wants a date for the model. What do I say?",
        "Why nobody can know it yet, what to report instead, and where the lectures say so.",
    ),
    (
        "Review this: AUC is up to 0.91, so we will be live by Friday.",
        "What a reader could take wrongly, and the update in cautious business words.",
    ),
    (
        "/coach odds",
        "Each objective with its live approaches and how likely it is that one gets there.",
    ),
)

HELP = Reply(
    text="I coach people who manage machine-learning teams. Ask me a management question in your "
    "own words; I answer from lectures on ML teams and from your own documents, and I name my "
    "sources. If they don't cover it, I say so. Send me the draft of a status update, and I review "
    "it before your readers do. I also hold standups that ask what was tried, and log your bets.",
    sections=(
        Section(
            title="Ask",
            text="Mention me in a channel, write to me privately, or use /coach ask for an answer "
            "that only you see. Follow-up questions in the same thread work. In Microsoft Teams "
            "leave /coach out: write odds, review, standup.",
        ),
        Section(
            title="Have an update reviewed",
            text="Paste the draft in a private message to me, send it as a file, or use /coach "
            "review. I show what a reader could take wrongly and rewrite it in cautious business "
            "language, inventing nothing. Only you see it.",
        ),
        Section(
            title="Hold standups",
            text="/coach standup sets one up: on schedule I ask each member privately what they "
            "tried and what came of it, and post a digest of bets and their odds. /coach checkin "
            "answers early or edits; skipping and days away are fine. Nobody is named as winner "
            "or loser.",
        ),
        Section(
            title="Log bets, know the odds",
            text="/coach objective registers what the business wants, /coach hypothesis what you "
            "bet on to get there. /coach odds tells how likely at least one approach gets there, "
            "and what the whole portfolio hangs on.",
        ),
        Section(
            title="For example",
            text="\n".join(f"You: {said}\nCoach: {told}" for said, told in DIALOGUES),
        ),
        Section(
            title="Improve me",
            text="Press Helpful or Not helpful under an answer: your curator sees what was "
            "missing.",
        ),
    ),
    suggestions=SAMPLE_QUESTIONS,
)

THANKS = Reply(text="Any time. Ask me whenever something about running your ML team bothers you.")

NO_WORDS = Reply(
    text="I could not find a question in that. Write it in a sentence, for example:",
    suggestions=SAMPLE_QUESTIONS,
)

NOTED_HELPFUL = Reply(text="Thanks, good to know.", hidden=True)

NOTED_NOT_HELPFUL = Reply(
    text="Thanks for telling me. The question goes on the list of gaps for whoever looks after my "
    "library. You can also ask it again in other words.",
    hidden=True,
)
