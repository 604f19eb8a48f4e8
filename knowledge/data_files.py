"""Reading the YAML that ships with Coach: word lists, cards and scales."""

from pathlib import Path
from typing import Any

import yaml

# libyaml where PyYAML was built with it: four times as fast, which a start notices.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(file: Path) -> Any:
    """Return what *file* holds.

    Raises OSError when it can't be read and yaml.YAMLError when it is no YAML.
    """
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
