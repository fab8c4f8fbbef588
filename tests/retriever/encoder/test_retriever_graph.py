"""The 8-bit graph keeps the vectors, and an encoder is known again by what it is made of."""

import json

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from kb.settings import Settings
from retriever.__main__ import main
from retriever.encoder import build, lora
from retriever.encoder.e5_weights import Shape, Weights
from retriever.encoder.encoder import SentenceTransformerEncoder, open_encoder
from retriever.encoder.protocol import MANIFEST
from retriever.errors import EncoderBroken
from retriever.search import confidence, part_classifier

SHAPE = Shape(hidden=32, layers=1, heads=2, feed_forward=64, positions=16, epsilon=1e-6)
LOUD = 3  # the input that is far larger than the others
TEXTS = (
    "公司设立登记要带什么材料",
    "注册资本多久要交完",
    "食品经营许可的有效期是5年，到期前30个工作日内申请延续",
    "一次性告知书" * 30,
)


@pytest.fixture(scope="module")
def onnx_graph():
    """What writes graphs, imported when it is needed: it brings PyTorch, which takes seconds."""
    from retriever.encoder import onnx_graph

    return onnx_graph


def weights(seed=0):
    """One small layer, one of whose inputs is two hundred times as large as the others."""
    draw = np.random.default_rng(seed)

    def some(*size):
        return draw.standard_normal(size).astype(np.float32) * 0.2

    tensors = {"emb.word": some(40, 32), "emb.pos": some(16, 32), "emb.type": some(1, 32)}
    for name in ("q", "k", "v", "ao"):
        tensors |= {f"l0.{name}.w": some(32, 32), f"l0.{name}.b": some(32)}
    tensors |= {"l0.fi.w": some(64, 32), "l0.fi.b": some(64), "l0.fo.w": some(32, 64), "l0.fo.b": some(32)}
    for name in ("emb.ln", "l0.aln", "l0.oln"):
        scale = np.ones(32, dtype=np.float32)
        scale[LOUD] = 200 if name != "l0.oln" else 1
        tensors |= {f"{name}.w": scale, f"{name}.b": np.zeros(32, dtype=np.float32)}
    for name in ("q", "k", "v", "fi"):
        tensors[f"l0.{name}.w"][:, LOUD] /= 200
    return Weights(SHAPE, (), tensors)


def vectors(path):
    """The vectors of a few token lists."""
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    ids = np.random.default_rng(1).integers(0, 40, (8, 12))
    return session.run(["embedding"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]


def test_the_factors_keep_a_product_and_even_out_its_inputs(onnx_graph):
    draw = np.random.default_rng(0)
    inputs = draw.standard_normal((50, 8)) * np.array([1, 1, 90, 1, 1, 4, 1, 0])
    matrix = draw.standard_normal((8, 5))
    factors = onnx_graph.smoothing(np.abs(inputs).max(axis=0), matrix)
    assert np.allclose((inputs / factors) @ (matrix * factors[:, None]), inputs @ matrix)
    assert np.exp(np.log(factors).mean()) == pytest.approx(1, rel=1e-4)
    largest = np.abs(inputs / factors).max(axis=0)[:7]
    assert largest.max() / largest.min() < 20


def test_a_loud_input_no_longer_costs_the_others_their_precision(onnx_graph, tmp_path):
    plain = weights()
    loud = np.full(32, 3, dtype=np.float32)
    loud[LOUD] = 700
    ranges = {"l0.qkv": loud, "l0.fi": loud}
    onnx_graph.save_graph(plain, {}, tmp_path / "coarse.onnx")
    onnx_graph.save_graph(plain, ranges, tmp_path / "smooth.onnx")
    onnx.save(onnx_graph.build(plain, {}), tmp_path / "whole.onnx")
    exact, coarse, smooth = (vectors(tmp_path / f"{name}.onnx") for name in ("whole", "coarse", "smooth"))
    lost = [1 - (exact * rows).sum(axis=1).mean() for rows in (coarse, smooth)]
    assert lost[1] < lost[0] / 4


@pytest.mark.model
def test_vectors_of_the_8_bit_encoder_are_those_of_the_folder():
    folder = Settings.from_env().encoder_name
    fast, exact = open_encoder(Settings.from_env()), SentenceTransformerEncoder.open(folder)
    for of in ("encode_queries", "encode_passages"):
        alike = (getattr(fast, of)(TEXTS) * getattr(exact, of)(TEXTS)).sum(axis=1)
        assert alike.min() > 0.99


@pytest.mark.model
def test_an_encoder_is_known_by_what_it_is_made_of(tmp_path, monkeypatch):
    settings = Settings.from_env()
    assert open_encoder(settings).name.endswith(build.identity())
    assert build.identity(trained=False) != build.identity()
    factors, ranges = lora.read()
    lora.save({name: (down, 0 * up) for name, (down, up) in factors.items()}, ranges, tmp_path / "other.npz")
    was = build.identity()
    monkeypatch.setattr(lora, "ADAPTER", tmp_path / "other.npz")
    assert build.identity() != was


def test_fitted_files_belong_to_the_encoder_of_this_version():
    name = f"{build.MODEL}:{build.identity()}"
    assert part_classifier.load().encoder == name
    assert json.loads(confidence.COEFFICIENTS.read_text(encoding="utf-8"))["encoder"] == name


@pytest.mark.model
def test_an_encoder_of_another_version_is_made_anew(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(build, "save_sentence_transformer", lambda weights, folder: made.append(folder))
    monkeypatch.setattr(build, "_save_graph", lambda weights, ranges, folder, name: None)
    folder = tmp_path / "encoder"
    folder.mkdir()
    for name, wanted in ((f"{build.MODEL}:{build.identity()}", False), (f"{build.MODEL}:0", True)):
        (folder / MANIFEST).write_text(json.dumps({"name": name}), encoding="utf-8")
        assert build.make_encoder(folder) is wanted
    assert len(made) == 1


def test_a_missing_file_of_factors_says_how_it_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(lora, "ADAPTER", tmp_path / "none.npz")
    with pytest.raises(EncoderBroken, match="retriever train"):
        build.identity()


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_folder_that_staff_name_themselves_is_never_written_into(tmp_path, monkeypatch, capsys, force):
    own = tmp_path / "own-model"
    own.mkdir()
    (own / "model.safetensors").write_bytes(b"weights of somebody")
    monkeypatch.setenv("QXB_ENCODER", str(own))
    assert main(["encoder", *force]) == 0
    assert [path.name for path in own.iterdir()] == ["model.safetensors"]
    assert "不改动" in capsys.readouterr().out
