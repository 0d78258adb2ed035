"""Problems of the rows of a table in which something is true."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from livingreview.cohort.problems import Problem


def problems_where(
    mask: pd.Series,
    frame: pd.DataFrame,
    file: str,
    code: str,
    shown: str | tuple[str, ...],
    *,
    column: str = "",
    note: bool = False,
    **facts: Any,
) -> list[Problem]:
    """One for every row in which `mask` is true; unknown is not.

    The value is the cell of the column `shown`, or of several columns each with its name. The place is `column`, or the
    first of them. A fact that is a Series has a value for every row.
    """
    names = (shown,) if isinstance(shown, str) else shown
    return [
        Problem(
            file,
            code,
            {name: _plain(fact.iloc[row]) if isinstance(fact, pd.Series) else fact for name, fact in facts.items()},
            row + 2,
            column or names[0],
            _cells(frame, row, names),
            note,
        )
        for row in rows_where(mask)
    ]


def rows_where(mask: pd.Series) -> Iterable[int]:
    """Positions of the rows in which something is true, as plain numbers; unknown is not."""
    return mask.fillna(False).to_numpy(dtype=bool).nonzero()[0].tolist()


def _plain(value: Any) -> Any:
    """A number of numpy as one of Python, which JSON can hold."""
    return value.item() if hasattr(value, "item") else value


def _cells(frame: pd.DataFrame, row: int, names: tuple[str, ...]) -> str:
    cells = {name: str(frame[name].iloc[row]) for name in names}
    return cells[names[0]] if len(names) == 1 else ", ".join(f"{name} {cell}" for name, cell in cells.items())
