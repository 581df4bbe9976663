"""`python -m tests.architecture.glossary --missing` lists the classes that docs/glossary.md lacks."""

import ast
import re
import sys

from tests.architecture.source import modules, text_of

GLOSSARY = "docs/glossary.md"


def rows() -> list[tuple[str, str, str]]:
    """(term, classes, meaning) of every row of the glossary's tables."""
    found = []
    for line in text_of(GLOSSARY).splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if (
            line.startswith("|")
            and len(cells) == 3
            and not set(cells[0]) <= set("-: ")
            and cells[0] != "Term"
        ):
            found.append((cells[0], cells[1], cells[2]))
    return found


def public_classes() -> list[tuple[str, str]]:
    """(class, where) of every public class and type alias at the top of a domain module."""
    return sorted(
        (node.name, module.name)
        for module in modules("trading/domain")
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )


def missing() -> list[tuple[str, str]]:
    """The classes whose name stands nowhere in the glossary's second column."""
    explained = {name for _, classes, _ in rows() for name in re.findall(r"`(\w+)`", classes)}
    return [(name, place) for name, place in public_classes() if name not in explained]


def main() -> int:
    """One line per missing class, in the order in which they are defined."""
    for name, place in missing() if "--missing" in sys.argv else public_classes():
        print(f"{name:32} {place}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
