"""A start is quick because it leaves out what it does not need."""

import subprocess
import sys


def test_a_start_without_upgrade_never_imports_alembic() -> None:
    program = (
        "import asyncio, sys, tempfile\n"
        "from db.store import open_store\n"
        "async def main():\n"
        "    folder = tempfile.mkdtemp()\n"
        "    for _ in range(2):\n"
        "        await (await open_store(f'sqlite:///{folder}/desk.db')).close()\n"
        "asyncio.run(main())\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'alembic', 'asyncpg', 'mako'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
