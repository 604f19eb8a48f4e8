"""`python -m evals.bench.fresh_recipe QUESTION`: the LangChain recipe in a fresh process.

It indexes one short passage, so that next to nothing but loading and opening is measured.
"""

import sys

from evals.systems import Recipe


def main(question: str) -> None:
    """Print the passage found."""
    print(*Recipe(["Someone has to own data labelling."]).find(question))


if __name__ == "__main__":
    main(sys.argv[1])
