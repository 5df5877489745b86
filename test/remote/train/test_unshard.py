"""Shards that two ranks of FSDP wrote become a model that answers as theirs did."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.training import new_run
from windsock_remote import checkpoints, merge
from windsock_remote.errors import RemoteError
from windsock_remote.run_files import mark_complete
from windsock_remote.tiny.build import ensure_tiny

# Two ranks on the CPU, as `fully_shard` parts a model, saved as SHARDED_STATE_DICT saves it.
RANK = """
import sys, torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from torch.distributed.checkpoint.state_dict import get_model_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from transformers import AutoModelForCausalLM
torch.manual_seed(0)
dist.init_process_group("gloo")
model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32)
for weights in model.parameters():
    weights.data += 0.01 * torch.randn_like(weights)
if dist.get_rank() == 0:
    torch.save(model(torch.arange(8).unsqueeze(0)).logits, sys.argv[3])
mesh = init_device_mesh("cpu", (2,))
for layer in model.model.layers:
    fully_shard(layer, mesh=mesh)
fully_shard(model, mesh=mesh)
dcp.save({"model": get_model_state_dict(model)}, checkpoint_id=sys.argv[2])
dist.destroy_process_group()
"""


@pytest.fixture(scope="module")
def sharded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose checkpoint is in shards; the logits of the model lie beside it."""
    root = tmp_path_factory.mktemp("sharded")
    base = ensure_tiny(Path("~/.windsock/models").expanduser())
    folder = root / "runs" / "FSDP" / "checkpoints" / "checkpoint-2"
    folder.mkdir(parents=True)
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        if (base / name).exists():
            (folder / name).write_bytes((base / name).read_bytes())
    script = root / "rank.py"
    script.write_text(RANK)
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    words = [str(script), str(base), str(folder / "pytorch_model_fsdp_0"), str(root / "logits.pt")]
    done = subprocess.run(
        [sys.executable, *launch, *words],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    mark_complete(folder, {"step": 2})
    return folder


def merged(sharded: Path, name: str) -> Path:
    """Merge in this process and return the folder of the model."""
    root = sharded.parents[3]
    out = sharded.with_name(f"merged-2-{name}")
    model = {"ref": "run:FSDP@2", "kind": "checkpoint", "path": str(sharded), "step": 2}
    run = new_run(root, name, kind="merge", merge={"out": str(out), "step": 2}, model=model)
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert merge.run(argparse.Namespace(run_dir=str(run))) == 0
    finally:
        signal.signal(signal.SIGTERM, before)
    return out


def test_shards_of_two_ranks_become_one_model_of_safetensors(sharded: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    assert len(list((sharded / "pytorch_model_fsdp_0").glob("*.distcp"))) == 2
    out = merged(sharded, "whole")
    assert (out / "model.safetensors").exists()
    assert not (out / "raw").exists()
    model = AutoModelForCausalLM.from_pretrained(out, dtype="auto").eval()
    with torch.no_grad():
        logits = model(torch.arange(8).unsqueeze(0)).logits
    expected = torch.load(sharded.parents[3] / "logits.pt", weights_only=True)
    assert torch.equal(logits, expected)
    assert AutoTokenizer.from_pretrained(out).chat_template


def test_a_list_of_checkpoints_says_that_one_is_in_shards(sharded: Path) -> None:
    listed = {one["step"]: one for one in checkpoints.describe(sharded.parent) if not one["merged"]}
    assert (listed[2]["sharded"], listed[2]["adapter"]) == (True, False)


def test_shards_of_another_model_are_refused_and_leave_nothing(sharded: Path) -> None:
    config = json.loads((sharded / "config.json").read_text())
    (sharded / "config.json").write_text(
        json.dumps({**config, "num_hidden_layers": config["num_hidden_layers"] + 1})
    )
    try:
        with pytest.raises(RemoteError, match="not those of this model"):
            merged(sharded, "other")
    finally:
        (sharded / "config.json").write_text(json.dumps(config))
    assert not list(sharded.parent.glob("*other*"))
