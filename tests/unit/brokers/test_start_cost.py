"""A venue that nobody uses costs nothing at the start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import trading.brokers


def test_no_adapter_imports_its_library_before_it_is_used() -> None:
    folder = Path(trading.brokers.__path__[0])
    rooms = ", ".join(
        f"trading.brokers.{one.stem}" for one in sorted(folder.glob("*.py")) if one.stem[0] != "_"
    )
    code = (
        f"import sys, {rooms}; print(sorted({{one.partition('.')[0] for one in sys.modules}} & {{'ccxt'}}))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
