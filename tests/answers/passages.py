"""Passages that guard tests rest on."""

from bot.answers.evidence import Evidence

GAP = Evidence(
    1,
    "The AI talent gap",
    "Lecture 13",
    "Talent",
    "There are 3.6 million software developers in the US and 18.2M in the world. Estimates of "
    "people who can build AI systems range from 200,000-300,000 down to 5,000 or 10,000. The "
    "competition for talent is fierce.",
)
RESEARCHER = Evidence(
    2,
    "What the ML researcher does",
    "Lecture 13",
    "Roles",
    "The ML researcher trains prediction models, but often ones that are forward-looking or not "
    "production-critical. Researchers do not deploy models. They work in Jupyter notebooks with "
    "TensorFlow or PyTorch.",
)
PROGRESS = Evidence(
    3,
    "Progress is nonlinear",
    "Managing, part 4",
    "Why it is hard",
    "In the first week accuracy rose from 35% to 70 percent. Over the next three months it hardly "
    "moved. Lukas Biewald showed this in March 2019. Measure inputs, not results: judge people by "
    "how well they run experiments. Small wins increase trust.",
)
HANDBOOK = Evidence(
    4,
    "Labelling handbook",
    "labels.md",
    "Contacts",
    "Label requests go to labels@acme.com or https://wiki.acme.com/labels within two days. Ask "
    "@label-team before you order more than half of the yearly budget.",
)
EVIDENCE = (GAP, RESEARCHER, PROGRESS, HANDBOOK)
