"""Whether TRL's own config class takes the recipe, on this host with its GPUs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ...errors import RemoteError


class RecipeCheck:
    """Builds the config in a child: it looks at GPUs, which this process then must not touch."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._arguments = spec["train"]["arguments"]
        reader, writer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(reader)
            with os.fdopen(writer, "w") as answer:
                answer.write(json.dumps(_complaint(spec)))
            os._exit(0)
        os.close(writer)
        self._answer = os.fdopen(reader)

    def finding(self) -> dict[str, Any] | None:
        """Wait for it and return the fields of a finding, or None where the recipe is taken."""
        with self._answer:
            text = self._answer.read()
        os.waitpid(self._pid, 0)
        said = json.loads(text) if text else "TRL's config class ended the process."
        if said is None:
            return None
        keys = [key for key in self._arguments if f"`{key}`" in said or f"“{key}”" in said]
        keys += [key for key in self._arguments if key in said.split()]
        return {"values": {"said": said}, **({"key": keys[0]} if keys else {})}


def _complaint(spec: dict[str, Any]) -> str | None:
    from trl import DPOConfig, SFTConfig

    from ...methods.arguments import build_configs

    made = SFTConfig if spec["train"]["method"] == "sft" else DPOConfig
    files: Any = SimpleNamespace(spec=spec, dir=Path(os.devnull))
    try:
        build_configs(made, files)
    except RemoteError as error:
        return error.message
    except Exception as error:
        return str(error)[:500] or type(error).__name__
    return None
