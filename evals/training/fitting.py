"""Fitting the clause model with JAX: the layers of MPNet as in `knowledge.quantized`.

The layers' own weights stay as they are; what is learned are low-rank additions to them (Hu et al.
2021, LoRA) and the network over their vectors. So the shipped file is small, and what the layers
know of English is kept.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (the types of JAX's trees are unknown)

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

from bot.updates.reading import (
    DIMENSIONS,
    LABELS,
    ClauseModel,
    Matrix,
    Network,
    aside_width,
)
from evals.training.batches import Batch, batches
from evals.training.examples import Example
from knowledge.embeddings import Layer
from knowledge.mpnet import EPSILON, HEADS, LAYERS, Adapter, MPNet

_RARE = -2.5  # what a label's score starts from: most clauses have none


@dataclass(frozen=True)
class Course:
    """How long and how hard is trained, in batches of so many tokens.

    Rates fall along half a cosine after a short warm-up; the layers' is half of the network's.
    """

    epochs: int = 3
    layers: int = LAYERS
    batch: int = 1024
    rate: float = 1e-3
    rank: int = 16
    units: int = 128
    dropout: float = 0.2
    layer_dropout: float = 0.1
    decay: float = 1e-4
    warm_up: int = 100
    seed: int = 0

    def optimizer(self, steps: int) -> optax.GradientTransformation:
        """Return Adam (Kingma & Ba 2015) for *steps* an epoch, the gradient clipped to length 1."""

        def adam(rate: float) -> optax.GradientTransformation:
            return optax.adam(
                optax.warmup_cosine_decay_schedule(
                    0.0, rate, self.warm_up, self.epochs * steps, 0.02 * rate
                )
            )

        parts: dict[Hashable, optax.GradientTransformation] = {
            "adapters": adam(self.rate / 2),
            "network": adam(self.rate),
        }
        return optax.chain(
            optax.clip_by_global_norm(1.0),
            optax.multi_transform(parts, _Weights("adapters", "network")),
        )


class _Weights(NamedTuple):
    """All that is learned: for each layer and matrix its two thin ones, and the network."""

    adapters: Any  # [{name: (Array, Array)}]
    network: Any  # {name: Array}


class Trainer:
    """Trains on examples, and reads examples with what it has learned."""

    def __init__(self, model: MPNet, course: Course) -> None:
        """Start from *model* as it is."""
        self._model = model
        self._course = course
        layers = [model.layer(n) for n in range(course.layers)]
        self._layers = [jax.tree.map(jnp.asarray, vars(layer)) for layer in layers]
        self._weights = _first_weights(layers, course)
        self._scores = jax.jit(partial(self._forward, key=None))

    def fit(self, examples: Sequence[Example], told: Callable[[int, float], None]) -> None:
        """Learn *examples*; *told* hears of each epoch and its mean loss."""
        course, count = self._course, 0
        optimizer = course.optimizer(sum(1 for _ in batches(examples, course.batch)))
        step = jax.jit(partial(self._step, optimizer))
        weights, state = self._weights, optimizer.init(self._weights)
        for epoch in range(course.epochs):
            losses: list[float] = []
            for batch in batches(examples, course.batch, course.seed + epoch):
                count += 1
                weights, state, loss = step(weights, state, self._embedded(batch), batch, count)
                losses.append(float(loss))
            told(epoch + 1, float(np.mean(losses)))
        self._weights = weights

    def read(self, examples: Sequence[Example]) -> tuple[Matrix, Matrix, Matrix]:
        """Return odds, labels and weights of every clause, in the order of `batches`."""
        found: list[tuple[Matrix, Matrix, Matrix]] = []
        for batch in batches(examples, self._course.batch):
            scores = self._scores(self._weights, self._embedded(batch), batch)
            rows = batch.words.any(axis=1)
            odds = np.asarray(jax.nn.sigmoid(scores))
            found.append((odds[rows], batch.labels[rows], batch.weights[rows]))
        odds, labels, weights = (np.concatenate(part) for part in zip(*found, strict=True))
        return odds, labels, weights

    def learned(self) -> ClauseModel:
        """Return what was learned, to be shipped."""
        adapters = tuple(
            Adapter(**{name: (np.asarray(a), np.asarray(b)) for name, (a, b) in each.items()})
            for each in self._weights.adapters
        )
        network = {name: np.asarray(each) for name, each in self._weights.network.items()}
        return ClauseModel(adapters, Network(**network))

    def _embedded(self, batch: Batch) -> Matrix:
        return self._model.embedded(batch.ids)

    def _step(
        self,
        optimizer: optax.GradientTransformation,
        weights: _Weights,
        state: optax.OptState,
        hidden: Matrix,
        batch: Batch,
        count: int,
    ) -> tuple[_Weights, optax.OptState, Array]:
        key = jax.random.fold_in(jax.random.PRNGKey(self._course.seed), count)
        loss, gradient = jax.value_and_grad(self._loss)(weights, hidden, batch, key)
        moves, state = optimizer.update(gradient, state, weights)
        return jax.tree.map(jnp.add, weights, moves), state, loss

    def _loss(self, weights: _Weights, hidden: Array, batch: Batch, key: Array) -> Array:
        scores = self._forward(weights, hidden, batch, key=key)
        crossed = jax.nn.softplus(scores) - scores * batch.labels
        loss = (crossed * batch.weights).sum() / batch.weights.sum() * len(LABELS)
        size = sum(jnp.sum(weights.network[name] ** 2) for name in ("hidden", "output"))
        return loss + self._course.decay * size

    def _forward(
        self, weights: _Weights, hidden: Array, batch: Batch, *, key: Array | None
    ) -> Array:
        """Return each clause's scores, (clauses, labels); with a *key* parts are dropped."""
        length = batch.ids.shape[1]
        unseen = ((jnp.asarray(batch.mask) - 1) * 1e9)[:, None, None, :]
        beside = unseen + self._model.nearness[:, :length, :length]
        for n, (layer, added) in enumerate(zip(self._layers, weights.adapters, strict=True)):
            hidden = self._layer(layer, added, hidden, beside, _split(key, n))
        tokens = hidden[batch.row]
        parts = (_mean(tokens, batch.tokens), 0.5 * _mean(tokens, batch.words), batch.aside)
        dropout = self._course.dropout
        features = _dropped(jnp.concatenate(parts, -1), _split(key, len(self._layers)), dropout)
        network = weights.network
        active = jax.nn.relu(features @ network["hidden"] + network["hidden_bias"])
        active = _dropped(active, _split(key, len(self._layers) + 1), dropout)
        return active @ network["output"] + network["output_bias"]

    def _layer(
        self,
        layer: dict[str, Any],
        added: dict[str, Any],
        x: Array,
        beside: Array,
        key: Array | None,
    ) -> Array:
        texts, length, width = x.shape
        dropout = self._course.layer_dropout

        def through(name: str, x: Array) -> Array:
            (weight, bias), (first, second) = layer[name], added[name]
            return x @ weight + bias + (x @ first) @ second

        def normed(name: str, x: Array) -> Array:
            weight, bias = layer[name]
            centred = x - x.mean(-1, keepdims=True)
            return (
                centred / jnp.sqrt((centred**2).mean(-1, keepdims=True) + EPSILON) * weight + bias
            )

        split = through("query_key_value", x).reshape(texts, length, 3, HEADS, -1)
        query, key_, value = split.transpose(2, 0, 3, 1, 4)
        scores = query @ key_.swapaxes(-1, -2) / math.sqrt(width // HEADS) + beside
        attended = (jax.nn.softmax(scores, -1) @ value).swapaxes(1, 2).reshape(x.shape)
        changed = _dropped(through("attention_out", attended), _split(key, 0), dropout)
        x = normed("attention_norm", x + changed)
        active = jax.nn.gelu(through("up", x), approximate=False)
        return normed("out_norm", x + _dropped(through("down", active), _split(key, 1), dropout))


def _first_weights(layers: Sequence[Layer], course: Course) -> _Weights:
    """Return additions that change nothing yet, and a network that knows nothing."""
    random = np.random.default_rng(course.seed)

    def drawn(inputs: int, outputs: int, spread: float) -> Array:
        return jnp.asarray(random.normal(0, spread, (inputs, outputs)), jnp.float32)

    adapters: list[dict[str, tuple[Array, Array]]] = []
    for layer in layers:
        shapes = {name: getattr(layer, name)[0].shape for name in Adapter.__annotations__}
        adapters.append(
            {
                name: (
                    drawn(inputs, course.rank, 1 / math.sqrt(inputs)),
                    jnp.zeros((course.rank, outputs)),
                )
                for name, (inputs, outputs) in shapes.items()
            }
        )
    width = 2 * DIMENSIONS + aside_width()
    network = {
        "hidden": drawn(width, course.units, math.sqrt(2 / width)),
        "hidden_bias": jnp.zeros(course.units),
        "output": drawn(course.units, len(LABELS), math.sqrt(1 / course.units)),
        "output_bias": jnp.full(len(LABELS), _RARE),
    }
    return _Weights(adapters, network)


def _mean(tokens: Array, chosen: Matrix) -> Array:
    """Return the direction of the mean of the *chosen* tokens, three long, as the reader does."""
    mean = jnp.einsum("cl,cld->cd", chosen, tokens) / jnp.maximum(chosen.sum(-1, keepdims=True), 1)
    return 3 * mean / jnp.sqrt((mean**2).sum(-1, keepdims=True) + 1e-9)


def _dropped(x: Array, key: Array | None, share: float) -> Array:
    if key is None:
        return x
    return jnp.where(jax.random.bernoulli(key, 1 - share, x.shape), x / (1 - share), 0)


def _split(key: Array | None, n: int) -> Array | None:
    return None if key is None else jax.random.fold_in(key, n)
