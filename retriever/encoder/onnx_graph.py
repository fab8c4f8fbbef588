"""The encoder as an ONNX graph: fused attention, pooling and normalisation inside, weights in 8 bits.

Only this file knows the `onnx` library. The operators Attention, SkipLayerNormalization and BiasGelu are
onnxruntime's own (domain com.microsoft), documented in its ContribOperators list.

The 8 bits of an activation are one scale for a whole batch, so a few inputs that are far larger than the rest would
cost all others their precision. They are divided by a factor each, and the rows of the matrix multiplied by it, before
quantising (SmoothQuant; Xiao et al. 2023): the product is the same.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from retriever.encoder.e5_weights import Floats, Weights
from retriever.encoder.lora import Ranges

OPSET = 17
STRENGTH = 0.7  # how much of an input's size moves into the matrix; 0.65-0.75 came nearest to 32 bits
SMALL = 1e-5
DOMAIN = "com.microsoft"


def save_graph(weights: Weights, ranges: Ranges, path: Path) -> None:
    """Write the 8-bit model to `path`: inputs `input_ids`, `attention_mask` (batch, length) int64; output `embedding`
    (batch, hidden) float32 of unit length, the mean of the last layer over the mask.

    Matrices keep 7 bits: without VNNI instructions sums of products of 8 bits overflow, and vectors would depend on
    the processor.
    """
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        onnx.save(build(weights, ranges), str(whole))
        quantize_dynamic(
            str(whole),
            str(path),
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Attention"],
            extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
        )


class _Graph:
    """Collects nodes and constants; every method returns the name of what it made."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: Any) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], name: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes))
        return name


def build(weights: Weights, ranges: Ranges) -> onnx.ModelProto:
    """Return the graph in 32 bits, with its inputs evened out where `ranges` tells their size."""
    graph = _Graph()
    mask = graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    state = _embed(graph, weights)
    for number in range(weights.shape.layers):
        state = _layer(graph, weights, ranges, number, state, mask)
    _pool(graph, state)
    size = ["batch", "length"]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "encoder",
            [helper.make_tensor_value_info(name, TensorProto.INT64, size) for name in ("input_ids", "attention_mask")],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", weights.shape.hidden])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(DOMAIN, 1)],
    )
    model.ir_version = 8
    return model


def _embed(graph: _Graph, weights: Weights) -> str:
    tensors = weights.tensors
    words = graph.node("Gather", [graph.constant("word_rows", tensors["emb.word"]), "input_ids"], "words")
    length = graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    start, axis = graph.constant("zero", np.array([0])), graph.constant("axis0", np.array([0]))
    rows = graph.constant("position_rows", tensors["emb.pos"] + tensors["emb.type"])
    positions = graph.node("Slice", [rows, start, length, axis], "positions")
    summed = graph.node("Add", [words, positions], "embedded")
    return _norm(graph, "embedded_norm", summed, tensors["emb.ln.w"], tensors["emb.ln.b"], weights.shape.epsilon)


def _norm(graph: _Graph, name: str, state: str, scale: Floats, bias: Floats, epsilon: float) -> str:
    inputs = [state, graph.constant(f"{name}.w", scale), graph.constant(f"{name}.b", bias)]
    return graph.node("LayerNormalization", inputs, name, axis=-1, epsilon=epsilon)


def smoothing(largest: Floats, matrix: Floats) -> Floats:
    """Return what each input is divided by: `largest` (input,) are the inputs' magnitudes, `matrix` (input, output).

    The factors' geometric mean is 1.
    """
    rows = np.maximum(np.abs(matrix).max(axis=1), SMALL)
    factors = np.maximum(largest, SMALL) ** STRENGTH / rows ** (1 - STRENGTH)
    return np.asarray(factors / np.exp(np.log(factors).mean()), dtype=np.float32)


def _layer(graph: _Graph, weights: Weights, ranges: Ranges, number: int, state: str, mask: str) -> str:
    tensors, shape, key = weights.tensors, weights.shape, f"l{number}"

    def even(source: str, name: str, matrix: Floats) -> list[str]:
        if f"{key}.{name}" in ranges:
            factors = smoothing(ranges[f"{key}.{name}"], matrix)
            matrix = matrix * factors[:, None]
            source = graph.node(
                "Mul", [source, graph.constant(f"{key}.{name}.factors", 1 / factors)], f"{key}.{name}.in"
            )
        return [source, graph.constant(f"{key}.{name}.w", matrix)]

    def linear(source: str, name: str) -> str:
        return graph.node("MatMul", even(source, name, tensors[f"{key}.{name}.w"].T), f"{key}.{name}")

    def residual(source: str, name: str, norm: str, skip: str) -> str:
        inputs = [
            linear(source, name),
            skip,
            graph.constant(f"{key}.{norm}.w", tensors[f"{key}.{norm}.w"]),
            graph.constant(f"{key}.{norm}.b", tensors[f"{key}.{norm}.b"]),
            graph.constant(f"{key}.{name}.b", tensors[f"{key}.{name}.b"]),
        ]
        return graph.node("SkipLayerNormalization", inputs, f"{key}.{norm}", DOMAIN, epsilon=shape.epsilon)

    joined = np.concatenate([tensors[f"{key}.{part}.w"].T for part in "qkv"], axis=1)
    bias = np.concatenate([tensors[f"{key}.{part}.b"] for part in "qkv"])
    inputs = [*even(state, "qkv", joined), graph.constant(f"{key}.qkv.b", bias), mask]
    attended = graph.node("Attention", inputs, f"{key}.attention", DOMAIN, num_heads=shape.heads)
    state = residual(attended, "ao", "aln", state)
    wide = graph.node(
        "BiasGelu", [linear(state, "fi"), graph.constant(f"{key}.fi.b", tensors[f"{key}.fi.b"])], f"{key}.gelu", DOMAIN
    )
    return residual(wide, "fo", "oln", state)


def _pool(graph: _Graph, state: str) -> None:
    weight = graph.node("Cast", ["attention_mask"], "weight", to=TensorProto.FLOAT)
    column = graph.node("Unsqueeze", [weight, graph.constant("axis2", np.array([2]))], "weight_column")
    kept = graph.node("Mul", [state, column], "kept")
    total = graph.node("ReduceSum", [kept, graph.constant("axis1", np.array([1]))], "total", keepdims=0)
    # The mean differs from the sum by a positive factor, which normalisation takes away.
    graph.node("LpNormalization", [total], "embedding", axis=-1, p=2)
