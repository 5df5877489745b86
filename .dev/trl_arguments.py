"""Write the argument names that the pinned TRL knows, per method.

Run in the pinned environment. With `--check` nothing is written and a stale file exits with 1.
"""

import dataclasses
import importlib.metadata
import json
import sys
from pathlib import Path

from trl import DPOConfig, ModelConfig, SFTConfig

OUTPUT = Path(__file__).resolve().parent.parent / "src/core/training/trlArguments.generated.json"


def names(*classes: type) -> list[str]:
    """Return the sorted field names of all classes."""
    return sorted({field.name for cls in classes for field in dataclasses.fields(cls)})


def main() -> int:
    """Write or check the file and return the exit code."""
    found = {
        "trl": importlib.metadata.version("trl"),
        "transformers": importlib.metadata.version("transformers"),
        "sft": names(SFTConfig, ModelConfig),
        "dpo": names(DPOConfig, ModelConfig),
    }
    text = json.dumps(found, indent="\t") + "\n"
    if "--check" not in sys.argv:
        OUTPUT.write_text(text)
        return 0
    if OUTPUT.read_text() == text:
        return 0
    print(f"{OUTPUT.name} is stale: run {Path(__file__).name} without --check", file=sys.stderr)
    return 1


sys.exit(main())
