"""Several trainings as one model: nothing is read more often, and chance counts for less."""

from collections.abc import Sequence

import numpy as np

from bot.updates.reading import ClauseModel, Matrix, Network
from knowledge.embeddings import Adapter


def joined(models: Sequence[ClauseModel]) -> ClauseModel:
    """Return the mean of *models*: of what they add to the layers, and of their networks' scores.

    Low-rank additions have their mean in their ranks side by side (the mean of thin matrices would
    not be that of their products); hidden units side by side give the mean of the scores.
    """
    layers = zip(*(model.adapters for model in models), strict=True)
    networks = [model.network for model in models]
    return ClauseModel(
        adapters=tuple(_mean(layer) for layer in layers),
        network=Network(
            hidden=np.concatenate([each.hidden for each in networks], axis=1),
            hidden_bias=np.concatenate([each.hidden_bias for each in networks]),
            output=_share([each.output for each in networks]),
            output_bias=np.asarray(
                np.mean([each.output_bias for each in networks], axis=0), dtype=np.float32
            ),
        ),
        together=models[0].together,
    )


def _mean(adapters: Sequence[Adapter]) -> Adapter:
    parts = {name: [getattr(each, name) for each in adapters] for name in vars(adapters[0])}
    return Adapter(
        **{
            name: (
                np.concatenate([first for first, _ in pairs], axis=1),
                _share([second for _, second in pairs]),
            )
            for name, pairs in parts.items()
        }
    )


def _share(matrices: Sequence[Matrix]) -> Matrix:
    """Return *matrices* below each other, each counting for its share."""
    return np.asarray(np.concatenate(matrices) / len(matrices), dtype=np.float32)
