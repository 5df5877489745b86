"""Print the argument names that the pinned TRL knows, per method, as JSON.

Run in the pinned environment: python .dev/trl_arguments.py > src/core/training/trlArguments.generated.json
"""

import dataclasses
import importlib.metadata
import json

from trl import DPOConfig, ModelConfig, SFTConfig


def names(*classes: type) -> list[str]:
    """Return the sorted field names of all classes."""
    return sorted({field.name for cls in classes for field in dataclasses.fields(cls)})


print(
    json.dumps(
        {
            "trl": importlib.metadata.version("trl"),
            "transformers": importlib.metadata.version("transformers"),
            "sft": names(SFTConfig, ModelConfig),
            "dpo": names(DPOConfig, ModelConfig),
        },
        indent="\t",
    )
)
