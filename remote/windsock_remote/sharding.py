"""What `accelerate launch` is told: the configurations that TRL ships, by their names."""

from __future__ import annotations

from typing import Any

SHARDINGS = {
    "single_gpu": "NO",
    "multi_gpu": "MULTI_GPU",
    "fsdp1": "FSDP",
    "fsdp2": "FSDP",
    "zero1": "DEEPSPEED",
    "zero2": "DEEPSPEED",
    "zero3": "DEEPSPEED",
}
"""TRL's names, each with accelerate's distributed_type."""

_WRAPPED = {
    "fsdp_activation_checkpointing": False,
    "fsdp_auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
    "fsdp_cpu_ram_efficient_loading": True,
    "fsdp_offload_params": False,
    # A checkpoint that loads without the ranks that wrote it.
    "fsdp_state_dict_type": "FULL_STATE_DICT",
}
_OFFLOAD = {"offload_optimizer_device": "none", "offload_param_device": "none"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "fsdp1": {
        **_WRAPPED,
        "fsdp_version": 1,
        "fsdp_backward_prefetch": "BACKWARD_PRE",
        "fsdp_forward_prefetch": True,
        "fsdp_reshard_after_forward": "FULL_SHARD",
        "fsdp_sync_module_states": True,
        "fsdp_use_orig_params": True,
    },
    "fsdp2": {**_WRAPPED, "fsdp_version": 2, "fsdp_reshard_after_forward": True},
    # Without gradient_accumulation_steps: transformers fills in the recipe's own.
    "zero1": {"zero_stage": 1, "zero3_init_flag": False},
    "zero2": {"zero_stage": 2, "zero3_init_flag": False, **_OFFLOAD},
    "zero3": {
        "zero_stage": 3,
        "zero3_init_flag": True,
        "zero3_save_16bit_model": True,
        **_OFFLOAD,
    },
}


def launcher_config(sharding: str, processes: int, nodes: int) -> dict[str, Any]:
    """Return the configuration of `accelerate launch` for one of SHARDINGS."""
    kind = SHARDINGS[sharding]
    config: dict[str, Any] = {
        "compute_environment": "LOCAL_MACHINE",
        "debug": False,
        "distributed_type": kind,
        "downcast_bf16": "no",
        "machine_rank": 0,
        "main_training_function": "main",
        # The recipe's bf16 and fp16 decide; a word here would count where they say nothing.
        "mixed_precision": "no",
        "num_machines": nodes,
        "num_processes": processes,
        "rdzv_backend": "static" if nodes == 1 else "c10d",
        "same_network": nodes == 1,
        "tpu_env": [],
        "tpu_use_cluster": False,
        "tpu_use_sudo": False,
        "use_cpu": False,
    }
    if kind == "FSDP":
        config["fsdp_config"] = dict(_OPTIONS[sharding])
    elif kind == "DEEPSPEED":
        config["deepspeed_config"] = {
            # One launcher per node, started by us, instead of ssh from node to node.
            "deepspeed_multinode_launcher": "standard",
            **_OPTIONS[sharding],
        }
    else:
        config["gpu_ids"] = "all"
    return config
