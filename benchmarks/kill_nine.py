"""Fifty kills with SIGKILL of a real desk (files, fsync): what was lost, how long starts took.

Run: python -m benchmarks.kill_nine
"""

from __future__ import annotations

from time import perf_counter

from tests.integration.killing import killed

KILLS = 50


def main() -> None:
    """Kill, start, compare; print the figures."""
    began = perf_counter()
    report = killed(seed=3, kills=KILLS)
    print(f"kills            {report.kills} ({report.early_kills} while it was coming up)")
    print(f"fills made       {report.fills}, events written {report.events}")
    print(f"lost fills       {report.lost_fills}")
    print(f"second orders    {report.second_orders}")
    print(f"manual steps     {report.manual_steps}")
    print(f"other breaches   {len(report.breaches) - report.lost_fills - report.second_orders}")
    print(f"recovery         median {report.quantile_ms(0.5):.0f} ms, p99 {report.quantile_ms(0.99):.0f} ms")
    print(f"                 (from opening the database to trading; {len(report.recovery_ms)} starts)")
    print(f"took             {perf_counter() - began:.0f} s")
    for sentence in report.breaches:
        print(f"BREACH {sentence}")


if __name__ == "__main__":
    main()
