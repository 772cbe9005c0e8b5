"""The packaged Whisper base in the form of OpenAI's own package, so that both engines hear with the same weights.

Reads CTranslate2's file: a head, then each array with its name, shape, type and bytes. The names differ, the numbers
do not; query, key and value lie in one array there.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

DIMENSIONS = {
    "n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": 512, "n_audio_head": 8, "n_audio_layer": 6,
    "n_vocab": 51865, "n_text_ctx": 448, "n_text_state": 512, "n_text_head": 8, "n_text_layer": 6,
}  # fmt: skip
TYPES: dict[int, Any] = {0: np.float32, 4: np.float16}


def arrays(path: Path) -> dict[str, Any]:
    content, at = path.read_bytes(), 0

    def number(kind: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from(f"<{kind}", content, at)
        at += struct.calcsize(f"<{kind}")
        return int(value)

    def text() -> str:
        nonlocal at
        length = number("H")
        at += length
        return content[at - length : at - 1].decode()

    number("I"), text(), number("I")
    found = {}
    for _ in range(number("I")):
        name = text()
        shape = [number("I") for _ in range(number("B"))]
        kind, size = TYPES.get(number("B")), number("I")
        if kind is not None:
            found[name] = np.frombuffer(content, kind, offset=at, count=size // kind().itemsize).reshape(shape)
        at += size
    return found


def state(found: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}

    def pair(there: str, here: str) -> None:
        made[f"{here}.weight"], made[f"{here}.bias"] = found[f"{there}/weight"], found[f"{there}/bias"]

    def norm(there: str, here: str) -> None:
        made[f"{here}.weight"], made[f"{here}.bias"] = found[f"{there}/gamma"], found[f"{there}/beta"]

    def attention(there: str, here: str, own: bool) -> None:
        weights, biases = ([found[f"{there}/linear_{n}/{what}"] for n in (0, 1)] for what in ("weight", "bias"))
        parts = np.split(weights[0], 3) if own else [weights[0], *np.split(weights[1], 2)]
        added = np.split(biases[0], 3) if own else [biases[0], *np.split(biases[1], 2)]
        for name, weight, bias in zip(("query", "key", "value"), parts, added, strict=True):
            made[f"{here}.{name}.weight"] = weight
            if name != "key":  # has none there; zeros here
                made[f"{here}.{name}.bias"] = bias
        pair(f"{there}/linear_{1 if own else 2}", f"{here}.out")
        norm(f"{there}/layer_norm", f"{here}_ln")

    for side in ("encoder", "decoder"):
        made[f"{side}.positional_embedding"] = found[f"{side}/position_encodings/encodings"]
        for layer in range(6):
            there, here = f"{side}/layer_{layer}", f"{side}.blocks.{layer}"
            attention(f"{there}/self_attention", f"{here}.attn", own=True)
            if side == "decoder":
                attention(f"{there}/attention", f"{here}.cross_attn", own=False)
            norm(f"{there}/ffn/layer_norm", f"{here}.mlp_ln")
            pair(f"{there}/ffn/linear_0", f"{here}.mlp.0")
            pair(f"{there}/ffn/linear_1", f"{here}.mlp.2")
    for number in (1, 2):
        pair(f"encoder/conv{number}", f"encoder.conv{number}")
    norm("encoder/layer_norm", "encoder.ln_post")
    norm("decoder/layer_norm", "decoder.ln")
    made["decoder.token_embedding.weight"] = found["decoder/embeddings/weight"]
    return made


def write_checkpoint(model: Path, path: Path) -> Path:
    """model: the folder with model.bin; path: the .pt file to write."""
    import torch

    tensors = {
        name: torch.from_numpy(array.astype(np.float32)) for name, array in state(arrays(model / "model.bin")).items()
    }
    torch.save({"dims": DIMENSIONS, "model_state_dict": tensors}, path)
    return path
