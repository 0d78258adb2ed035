"""Four invented patients as ADaM datasets, and ways to write and change them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pyreadstat

STARTS = [dt.date(2020, 1, 1), dt.date(2020, 2, 1), dt.date(2020, 3, 1), dt.date(2020, 4, 1)]
NO_DATE = None


def adsl() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": ["S-01-9", "S-01-3", "S-02-5", "S-02-1"],
            "AGE": [60.0, 55, 70, 66],
            "AGEU": "YEARS",
            "SEX": ["F", "M", "F", "M"],
            "ITTFL": "Y",
            "SAFFL": ["Y", "Y", "Y", "N"],
            "ISS": ["I", "Stage II", "3", ""],
            "REGION": ["North", "South", "North", "South"],
            "TRTSDT": STARTS,
            "TRTEDT": [dt.date(2020, 6, 1), dt.date(2021, 2, 1), dt.date(2020, 12, 1), NO_DATE],
            "TRT01A": "Ixazomib",
        }
    )


def adtte() -> pd.DataFrame:
    """Progressed at 153 days; died at 367; censored twice, with CNSR 1 and 2."""
    last = [dt.date(2021, 6, 1), dt.date(2021, 2, 1), dt.date(2021, 3, 1), dt.date(2021, 4, 1)]
    pfs = _endpoint("PFS", "Progression-free survival (days)", [dt.date(2020, 6, 1), *last[1:]], [0, 0, 1, 2])
    pfs["EVNTDESC"] = ["Disease progression", "Death", "", ""]
    pfs["CNSDTDSC"] = ["", "", "Alive at cut-off", "Lost to follow-up"]
    os_ = _endpoint("OS", "Overall survival (days)", last, [1, 0, 1, 1])
    os_["EVNTDESC"] = ["", "Death", "", ""]
    os_["CNSDTDSC"] = ["Alive", "", "Alive", "Alive"]
    return pd.concat([pfs, os_], ignore_index=True)


def _endpoint(code: str, words: str, ends: list[dt.date], cnsr: list[int]) -> pd.DataFrame:
    days = [float((end - start).days + 1) for start, end in zip(STARTS, ends, strict=True)]
    return pd.DataFrame(
        {
            "USUBJID": adsl()["USUBJID"],
            "PARAMCD": code,
            "PARAM": words,
            "STARTDT": STARTS,
            "ADT": ends,
            "AVAL": days,
            "CNSR": [float(code) for code in cnsr],
        }
    )


def adrs() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "USUBJID": ["S-01-9", "S-01-9", "S-01-3", "S-01-9"],
            "PARAMCD": ["OVRLRESP", "OVRLRESP", "BOR", "MRD"],
            "AVISIT": ["Cycle 3", "Cycle 1 Day 1", "", "Cycle 3"],
            "AVISITN": [3.0, 1, float("nan"), 3],
            "AVALC": ["CR", "Partial response", "VGPR", "NEGATIVE"],
            "ADT": [dt.date(2020, 4, 1), dt.date(2020, 2, 1), dt.date(2020, 9, 1), dt.date(2020, 4, 1)],
        }
    )


def adae() -> pd.DataFrame:
    """The third event began before its patient's origin."""
    return pd.DataFrame(
        {
            "USUBJID": ["S-01-9", "S-01-3", "S-02-5"],
            "AEDECOD": ["Nausea", "Rash", "Pneumonia"],
            "AEBODSYS": ["Gastrointestinal disorders", "Skin disorders", "Infections"],
            "AETOXGR": ["1", "3", "2"],
            "AESER": ["N", "Y", "N"],
            "AREL": ["RELATED", "NOT RELATED", "POSSIBLE"],
            "AEACN": "DOSE NOT CHANGED",
            "ASTDT": [dt.date(2020, 1, 5), dt.date(2020, 2, 5), dt.date(2020, 2, 5)],
            "AENDT": [dt.date(2020, 1, 9), NO_DATE, NO_DATE],
            "TRTEMFL": ["Y", "Y", ""],
        }
    )


class Source:
    """A folder of ADaM datasets; `write` replaces one, as XPT or CSV."""

    def __init__(self, folder: Path, suffix: str = ".csv") -> None:
        self.folder, self.suffix = folder, suffix
        folder.mkdir()
        for name, frame in (("adsl", adsl()), ("adtte", adtte()), ("adrs", adrs()), ("adae", adae())):
            self.write(name, frame)

    def write(self, name: str, frame: pd.DataFrame, **formats: str) -> Source:
        path = self.folder / f"{name}{self.suffix}"
        if self.suffix == ".csv":
            frame.to_csv(path, index=False)
        else:
            pyreadstat.write_xport(
                frame, str(path), table_name=name.upper(), file_format_version=5, variable_format=formats
            )
        return self

    def adtte(self, row: int, column: str, value: object) -> Source:
        """Change a cell of ADTTE; rows count as in a spreadsheet, PFS in rows 2 to 5, OS in 6 to 9."""
        frame = adtte().astype(object)
        frame.loc[row - 2, column] = value
        return self.write("adtte", frame)
