"""Rows in memory that answer to what TRL asks of a dataset while it prepares one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable

Row = dict[str, Any]


class PlainRows:
    """Stands in for `datasets.Dataset` in TRL's `_prepare_dataset`, without Arrow and its files.

    What a step gives back is laid over the row, as `Dataset.map` does it.
    """

    def __init__(self, rows: list[Row], before_cut: list[Row] | None = None) -> None:
        self._rows = rows
        self.before_cut = before_cut
        """The rows as they were before TRL cut them to max_length; None where it cut none."""

    column_names = None
    """None: TRL then looks at the first row, as with a dataset that is streamed."""

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def map(
        self,
        function: Callable[..., Row],
        fn_kwargs: dict[str, Any] | None = None,
        remove_columns: str | list[str] | None = None,
        **_: Any,
    ) -> PlainRows:
        """Return the rows with what `function` makes of each."""
        gone = {remove_columns} if isinstance(remove_columns, str) else set(remove_columns or ())
        made = []
        for row in self._rows:
            new = function(dict(row), **(fn_kwargs or {}))
            made.append({**{k: v for k, v in row.items() if k not in gone}, **new})
        # The name of TRL's own step; a test holds the two together.
        cuts = getattr(function, "__name__", "") == "truncate"
        return PlainRows(made, self._rows if cuts else self.before_cut)

    def filter(self, function: Callable[[Row], bool], **_: Any) -> PlainRows:
        """Return the rows that `function` keeps."""
        return PlainRows([row for row in self._rows if function(row)], self.before_cut)

    def select_columns(self, names: Any) -> PlainRows:
        """Return the rows with only these columns."""
        kept = [{name: row[name] for name in names if name in row} for row in self._rows]
        return PlainRows(kept, self.before_cut)
