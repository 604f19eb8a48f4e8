"""Tokens in their context: the model is made once, kept, and reads every text the same."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from knowledge import mpnet
from knowledge.in_context import Contextual
from knowledge.mpnet import HEADS, LONGEST, WIDTH, Adapter, LowRank

TEXTS = ("The pilot starts on Monday.", "Nothing is known yet.", "Ünïcode ☃ 東京 \x00")


def nothing(inputs: int, outputs: int) -> LowRank:
    return np.zeros((inputs, 1), "f4"), np.zeros((1, outputs), "f4")


def adapter(attention_out: LowRank | None = None) -> Adapter:
    """Return one that changes nothing but, if given, what attention brings in."""
    return Adapter(
        query_key_value=nothing(WIDTH, 3 * WIDTH),
        attention_out=attention_out or nothing(WIDTH, WIDTH),
        up=nothing(WIDTH, 4 * WIDTH),
        down=nothing(4 * WIDTH, WIDTH),
    )


@dataclass(frozen=True)
class Made:
    """A model in its folder, and what was told while three threads asked for it at once."""

    model: Contextual
    folder: Path
    told: list[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder, told = tmp_path_factory.mktemp("cache"), list[str]()
    model = Contextual([adapter()], folder, lambda: told.append("made"))
    threads = [threading.Thread(target=model.in_context, args=(TEXTS,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Made(model, folder, told)


@pytest.fixture(scope="module")
def model(made: Made) -> Contextual:
    return made.model


def test_it_is_made_once_and_kept(made: Made) -> None:
    again = Contextual([adapter()], made.folder, lambda: made.told.append("again"))
    for one, other in zip(made.model.in_context(TEXTS), again.in_context(TEXTS), strict=True):
        assert np.array_equal(one.vectors, other.vectors)
    assert made.told == ["made"]
    assert not list(made.folder.glob("making-*"))


def test_other_additions_are_another_model_in_place_of_the_old(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    added = tuple(random.normal(0, 0.1, shape).astype("f4") for shape in ((WIDTH, 2), (2, WIDTH)))
    plain = Contextual([adapter()], tmp_path).in_context(TEXTS[:1])
    changed = Contextual([adapter((added[0], added[1]))], tmp_path).in_context(TEXTS[:1])
    assert np.abs(plain[0].vectors - changed[0].vectors).max() > 0.05
    assert len(list(tmp_path.glob("reading-*"))) == 1


def test_a_folder_that_cannot_be_written_is_done_without(model: Contextual, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    [read] = Contextual([adapter()], tmp_path / "file" / "cache").in_context(TEXTS[:1])
    assert np.array_equal(read.vectors, model.in_context(TEXTS[:1])[0].vectors)


def test_a_text_is_read_the_same_alone_and_among_others(model: Contextual) -> None:
    among = model.in_context(TEXTS)
    for text, read in zip(TEXTS, among, strict=True):
        [alone] = model.in_context([text])
        assert np.array_equal(alone.vectors, read.vectors)
        assert np.isfinite(read.vectors).all()


def test_every_token_says_where_it_stands(model: Contextual) -> None:
    [read] = model.in_context(TEXTS[:1])
    words = [TEXTS[0][start:end] for start, end in read.offsets]
    assert words == ["", "The", "pilot", "starts", "on", "Monday", ".", ""]
    assert read.vectors.shape == (len(words), WIDTH)


def test_what_lies_beyond_the_longest_text_is_cut(model: Contextual) -> None:
    [read] = model.in_context(["word " * 1_000])
    assert len(read.vectors) == LONGEST
    assert not model.in_context([])


def test_all_layers_know_what_a_text_is_about(tmp_path: Path) -> None:
    model = Contextual([adapter()] * mpnet.LAYERS, tmp_path)
    late, again, pie = (
        read.vectors.mean(axis=0) / np.linalg.norm(read.vectors.mean(axis=0))
        for read in model.in_context(
            [
                "The train is late again.",
                "Once more the train did not come on time.",
                "I like apple pie with cream.",
            ]
        )
    )
    assert late @ again > 0.5
    assert late @ pie < 0.2


@pytest.mark.parametrize(
    ("name", "value", "error", "said"),
    [
        ("_PARTS", ("no-such-package",), FileNotFoundError, "no-such-package .* not installed"),
        ("SHA256", "0" * 64, ValueError, "unknown weights"),
    ],
)
def test_missing_and_unknown_weights_are_named(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    value: object,
    error: type[Exception],
    said: str,
) -> None:
    monkeypatch.setattr(mpnet, name, value)
    with pytest.raises(error, match=said):
        Contextual([adapter()], tmp_path).in_context(TEXTS[:1])
    assert not list(tmp_path.glob("making-*"))


def test_nearness_is_exact_close_by_and_coarse_far_off() -> None:
    with mpnet.unpacked() as model:
        nearness = model.nearness
    assert nearness.shape == (HEADS, LONGEST, LONGEST)
    at: Callable[[int, int], np.ndarray] = lambda start, end: nearness[:, start, end]  # noqa: E731
    assert np.array_equal(at(0, 3), at(100, 103))
    assert not np.array_equal(at(100, 103), at(103, 100))  # ahead or behind
    assert not np.array_equal(at(0, 3), at(0, 4))
    assert np.array_equal(at(0, 100), at(0, 101))
