"""The systems that are compared: Coach's built-in engine and the usual LangChain recipe."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings as LangChainEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bot.answers.answering import AnswerFeature
from bot.messages import Turn
from evals.cases import Case
from evals.scoring import Outcome
from knowledge.cards import load_cards
from knowledge.embeddings import MiniLM
from knowledge.library import Library
from knowledge.passages import Passage
from knowledge.remembered import Remembered
from knowledge.vectors import VectorStore

_FOUND = 5


class NoDocuments:
    """A workspace without documents of its own."""

    async def revision(self, workspace: str) -> str:
        """See `knowledge.library.DocumentSource`."""
        return workspace

    async def passages(self, workspace: str) -> Sequence[Passage]:
        """See `knowledge.library.DocumentSource`."""
        return ()


async def open_answers(folder: Path) -> AnswerFeature:
    """Return the answers feature on the shipped material, indexed in *folder*."""
    model = MiniLM()
    store = VectorStore(Remembered(model), folder=folder)
    library = Library(store, NoDocuments(), model.tokenizer)
    await library.warm()
    return AnswerFeature(library)


async def run_coach(answers: AnswerFeature, cases: Sequence[Case]) -> list[Outcome]:
    """Let the built-in engine answer *cases*."""
    outcomes: list[Outcome] = []
    for case in cases:
        history = [Turn(role=turn.role, text=turn.text) for turn in case.history]
        answer = await answers.answer(case.question, history, "evals")
        outcomes.append(Outcome(case, answer.text, answer.passages, answer.abstained))
    return outcomes


class _Embedded(LangChainEmbeddings):
    """The same embedding model, as LangChain wants it."""

    def __init__(self) -> None:
        self._model = MiniLM()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._model.embed(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class Recipe:
    """The usual LangChain recipe: recursive splitter, Chroma, best chunk as the answer."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Index *texts* as the tutorials do: chunks of 1,000 characters with 200 overlapping."""
        from langchain_chroma import Chroma  # noqa: PLC0415 - a second, for evaluations only

        splitter = RecursiveCharacterTextSplitter(chunk_size=1_000, chunk_overlap=200)
        chunks = splitter.split_documents([Document(page_content=text) for text in texts])
        self._folder = tempfile.TemporaryDirectory(prefix="coach-recipe-")
        self._store = Chroma.from_documents(
            chunks, _Embedded(), persist_directory=self._folder.name
        )

    def find(self, question: str) -> list[str]:
        """Return the best chunks for *question*."""
        return [d.page_content for d in self._store.similarity_search(question, k=_FOUND)]


def run_recipe(recipe: Recipe, cases: Sequence[Case]) -> list[Outcome]:
    """Answer *cases* with the recipe's best chunk; it never abstains."""
    found = [(case, recipe.find(case.question)) for case in cases]
    return [Outcome(case, passages[0], passages, abstained=False) for case, passages in found]


def material(lectures: Path | None) -> list[str]:
    """Return the texts that the recipe indexes: raw lectures if given, else the shipped cards."""
    if lectures is None:
        return ["\n\n".join(card.text for card in load_cards())]
    return [file.read_text(encoding="utf-8") for file in sorted(lectures.glob("*.txt"))]
