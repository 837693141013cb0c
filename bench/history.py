"""A history as it stands after years, and how long the package of a month takes: python -m bench.history"""

from __future__ import annotations

import copy
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from riskbook.method import Method, load_method
from riskbook.model import LEVELS, packed
from riskbook.pipeline import assess
from riskbook.records import History, Month
from tests.support.forms import write_form
from tests.support.random_form import random_form

MONTHS, CLIENTS, ASSETS = 24, 200, 100
LAST = Month(2026, 11)
_CHANGED = 0.1  # of the assets, each month
_KINDS = 20  # of different firms


def history_lines(folder: Path) -> list[str]:
    """Fills a history, exports and verifies its last month; the section for RESULTS.md."""
    store = folder / "history.db"
    filled = fill(store, folder)
    audit = _run("audit", store, "--month", str(LAST), "-o", folder / "out")
    verify = _run("verify", folder / "out", "--store", store)
    package = sum(path.stat().st_size for path in (folder / "out").rglob("*") if path.is_file())
    return [
        "## History and monthly package",
        "",
        f"{MONTHS} months × {CLIENTS} clients × {ASSETS} assets, a tenth of the assets changed each month "
        f"({filled:.0f} s to record). Whole commands, wall time and peak memory; one run.",
        "",
        "| | time | memory |",
        "|---|---|---|",
        f"| `riskbook audit --month {LAST}` | {audit[0]:.1f} s | {audit[1]:.0f} MB |",
        f"| `riskbook verify --store` | {verify[0]:.1f} s | {verify[1]:.0f} MB |",
        "",
        f"The store takes {store.stat().st_size / 1e6:.0f} MB, the package {package / 1e6:.1f} MB.",
        "",
    ]


def fill(store: Path, folder: Path, *, months: int = MONTHS, clients: int = CLIENTS, assets: int = ASSETS) -> float:
    """Records runs of many clients over many months; returns the seconds of recording."""
    method, chance = load_method(), random.Random(7)
    firms = []
    for number in range(min(_KINDS, clients)):
        path = folder / f"firm-{number}.xlsx"
        write_form(random_form(assets, "ja", number), path)
        firms.append(assess(path, method=method, today=LAST.first).record)
    records = [copy.deepcopy(firms[number % len(firms)]) for number in range(clients)]
    spent = 0.0
    with History(store) as history:
        for back in reversed(range(months)):
            month = LAST.back(back)
            for number, record in enumerate(records):
                _change(record, month, method, chance)
                digest = f"{number:08x}{back:08x}" * 4
                facts = {
                    "client": f"client-{number:03}",
                    "title": f"株式会社{number:03}",
                    "file": "台帳.xlsx",
                    "at": f"{month.last.isoformat()}T09:00:00+00:00",
                    "day": month.last.isoformat(),
                    "operator": "bench",
                    "version": "0",
                    "method": method.name,
                    "edition": method.edition,
                    "input": digest,
                    "output": digest,
                    "run": record["run"],
                }
                started = time.perf_counter()
                history.append(facts, packed(record), method)
                spent += time.perf_counter() - started
    return spent


def _change(record: dict[str, Any], month: Month, method: Method, chance: random.Random) -> None:
    """What a month brings: other factors, decisions, an asset that comes or goes."""
    assets = record["assets"]
    for asset in chance.sample(assets, max(1, int(_CHANGED * len(assets)))):
        asset["threat"], asset["vulnerability"] = chance.choice((1, 2, 3)), chance.choice((1, 2, 3))
        asset["likelihood"] = method.likelihood(asset["threat"], asset["vulnerability"])
        asset["risk"] = asset["importance"] * asset["likelihood"]
        asset["level"] = next(level.key for level in method.levels if asset["risk"] >= level.at_least)
        if chance.random() < 0.3:
            asset |= {
                "decision": "保有",
                "decided": "retain",
                "decided_by": "社長",
                "review_date": str(month.last),
                "due_date": str(month.first),
                "decision_reason": "費用が見合わない",
            }
    assets.pop(chance.randrange(len(assets)))
    assets.append(
        {**copy.deepcopy(assets[0]), "name": f"新しい資産 {month} {chance.randrange(10**6)}", "decision": None}
    )
    levels = Counter(asset["level"] for asset in assets)
    record["summary"] = {level: levels[level] for level in LEVELS}
    record["run"] |= {
        "digest": f"{chance.getrandbits(64):016x}",
        "on": month.last.isoformat(),
        "levels": record["summary"],
        "risk": sum(asset["risk"] or 0 for asset in assets),
    }


def _run(*arguments: str | Path) -> tuple[float, float]:
    """Seconds and peak megabytes of a command."""
    code = (
        "import resource, subprocess, sys, time; started = time.perf_counter();"
        "done = subprocess.run([sys.executable, '-m', 'riskbook', *sys.argv[1:]], capture_output=True);"
        "peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024;"
        "print(done.returncode, time.perf_counter() - started, peak); sys.stderr.buffer.write(done.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    status, seconds, peak = done.stdout.split()
    assert status == "0", done.stderr
    return float(seconds), float(peak)


def main() -> None:
    """Prints the section alone."""
    with tempfile.TemporaryDirectory(prefix="riskbook-bench-") as name:
        print("\n".join(history_lines(Path(name))))
        print(f"peak of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
