"""MPNet's first layers as an ONNX graph whose matrices have eight bits a weight.

Each output's weights share a scale; what is multiplied with them is rounded when it is known
(dynamic quantization). ONNX Runtime fuses the steps of such a product into one.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from knowledge.embeddings import Layer, Vectors
from knowledge.mpnet import EPSILON, HEADS, WIDTH, Adapter, LowRank, MPNet

# Weights have seven bits of the eight: where a processor adds pairs of products in 16 bits (x86
# before VNNI), eight would overflow, and a draft would be read otherwise than elsewhere.
_GREATEST = 63
_OPSET, _IR = 20, 10  # of ONNX: the first with Gelu


def quantize(model: MPNet, adapters: Sequence[Adapter], file: Path) -> None:
    """Write *model*'s first layers, with *adapters* merged into them, to *file*.

    The graph takes `ids`, a text's tokens, and returns `vectors`, one row a token.
    """
    graph = _Graph()
    hidden = _embedding(graph, model)
    nearness = _nearness(graph, model)
    for n, adapter in enumerate(adapters):
        hidden = _layer(graph, model.layer(n), adapter, hidden, nearness)
    onnx.save(graph.built(hidden), str(file))


class _Graph:
    """A graph in the making; values go by the names that its methods return."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, value: NDArray[np.generic]) -> str:
        name = f"constant{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def numbers(self, *values: int) -> str:
        return self.constant(np.asarray(values, dtype=np.int64))

    def apply(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> list[str]:
        names = [f"{kind}{len(self._nodes)}.{n}" for n in range(outputs)]
        self._nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return names

    def one(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.apply(kind, *inputs, **attributes)[0]

    def built(self, result: str) -> onnx.ModelProto:
        self._nodes.append(helper.make_node("Identity", [result], ["vectors"]))
        graph = helper.make_graph(
            self._nodes,
            "mpnet",
            [helper.make_tensor_value_info("ids", onnx.TensorProto.INT64, ["tokens"])],
            [helper.make_tensor_value_info("vectors", onnx.TensorProto.FLOAT, ["tokens", WIDTH])],
            self._constants,
        )
        opset = helper.make_opsetid("", _OPSET)
        return helper.make_model(graph, opset_imports=[opset], ir_version=_IR)


def _embedding(graph: _Graph, model: MPNet) -> str:
    words = graph.one("Gather", graph.constant(model.words.astype(np.float16)), "ids")
    words = graph.one("Cast", words, to=onnx.TensorProto.FLOAT)
    count = graph.one("Shape", "ids")
    places = graph.one("Slice", graph.constant(model.positions), graph.numbers(0), count)
    return _normalised(graph, graph.one("Add", words, places), model.norm)


def _nearness(graph: _Graph, model: MPNet) -> str:
    count = graph.one("Shape", "ids")
    ends = graph.one("Concat", count, count, axis=0)
    starts, axes = graph.numbers(0, 0), graph.numbers(1, 2)
    return graph.one("Slice", graph.constant(model.nearness), starts, ends, axes)


def _layer(graph: _Graph, layer: Layer, added: Adapter, x: str, nearness: str) -> str:
    attended = _attention(graph, layer, added, x, nearness)
    changed = _linear(graph, attended, layer.attention_out, added.attention_out)
    x = _normalised(graph, graph.one("Add", x, changed), layer.attention_norm)
    active = graph.one("Gelu", _linear(graph, x, layer.up, added.up))
    changed = _linear(graph, active, layer.down, added.down)
    return _normalised(graph, graph.one("Add", x, changed), layer.out_norm)


def _attention(graph: _Graph, layer: Layer, added: Adapter, x: str, nearness: str) -> str:
    split = _linear(graph, x, layer.query_key_value, added.query_key_value)
    by_head = graph.numbers(0, HEADS, WIDTH // HEADS)
    query, key, value = (
        graph.one("Transpose", graph.one("Reshape", part, by_head), perm=order)
        for part, order in zip(
            graph.apply("Split", split, outputs=3, axis=1, num_outputs=3),
            ([1, 0, 2], [1, 2, 0], [1, 0, 2]),
            strict=True,
        )
    )
    scale = graph.constant(np.asarray((WIDTH // HEADS) ** -0.5, dtype=np.float32))
    scores = graph.one("Add", graph.one("Mul", graph.one("MatMul", query, key), scale), nearness)
    mixed = graph.one("MatMul", graph.one("Softmax", scores, axis=-1), value)
    mixed = graph.one("Transpose", mixed, perm=[1, 0, 2])
    return graph.one("Reshape", mixed, graph.numbers(0, WIDTH))


def _linear(graph: _Graph, x: str, layer: tuple[Vectors, Vectors], added: LowRank) -> str:
    (weight, bias), (first, second) = layer, added
    weight = weight + first @ second
    scale = np.abs(weight).max(axis=0) / _GREATEST
    rounded = graph.constant(np.rint(weight / scale).astype(np.int8))
    taken, taken_scale, zero = graph.apply("DynamicQuantizeLinear", x, outputs=3)
    product = graph.one("MatMulInteger", taken, rounded, zero)
    product = graph.one("Cast", product, to=onnx.TensorProto.FLOAT)
    scales = graph.one("Mul", taken_scale, graph.constant(scale.astype(np.float32)))
    return graph.one("Add", graph.one("Mul", product, scales), graph.constant(bias))


def _normalised(graph: _Graph, x: str, norm: tuple[Vectors, Vectors]) -> str:
    weight, bias = (graph.constant(each) for each in norm)
    return graph.one("LayerNormalization", x, weight, bias, axis=-1, epsilon=EPSILON)
