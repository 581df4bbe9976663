"""`python -m tests.architecture.tree --write` brings the tree in docs/map.md up to date with the code.

Each module is shown with the first sentence of its docstring, so that the map says no more than the room.
"""

import ast
import re
import sys

from tests.architecture.source import PRODUCT, ROOT, Module, modules

MAP = "docs/map.md"
BEGIN, END = "<!-- tree: made by `python -m tests.architecture.tree --write` -->", "<!-- end of tree -->"
_LEAF = re.compile(r"^(?P<indent> *)(?P<name>[\w.]+(?:\.py|/))(?:\s|$)")


def is_shown(module: Module) -> bool:
    """An empty __init__.py only makes its folder a package; migrations are numbered, not named."""
    return not (module.name.endswith("__init__.py") or "/migrations/" in module.name)


def folders() -> list[str]:
    """Every package folder of the product, by name."""
    found = {path.parent.relative_to(ROOT) for top in PRODUCT for path in (ROOT / top).rglob("__init__.py")}
    return sorted(path.as_posix() for path in found)


def sentence(module: Module) -> str:
    """What the room is for, in its own words."""
    text = ast.get_docstring(module.tree) or ""
    return text.split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".:")


def tree() -> list[str]:
    """The lines between the marks: folders with their modules, one line each."""
    lines = ["```"]
    for folder in folders():
        depth = folder.count("/")
        own = [m for m in modules(*PRODUCT) if m.name.rpartition("/")[0] == folder]
        about = next((sentence(m) for m in own if m.name.endswith("__init__.py")), "")
        lines.append(f"{'  ' * depth}{folder.rpartition('/')[2]}/{'  ' + about if about else ''}".rstrip())
        shown = [m for m in own if is_shown(m)]
        width = max((len(m.name.rpartition("/")[2]) for m in shown), default=0)
        for module in shown:
            name = module.name.rpartition("/")[2]
            lines.append(f"{'  ' * (depth + 1)}{name:{width}}  {sentence(module)}".rstrip())
    return [*lines, "```"]


def names(lines: list[str]) -> list[str]:
    """The paths that a tree shows, without what it says about them."""
    found: list[str] = []
    above: list[str] = []
    for line in lines:
        match = _LEAF.match(line)
        if match is None:
            continue
        depth = len(match["indent"]) // 2
        above[depth:] = [match["name"].rstrip("/")]
        found.append("/".join(above) + ("/" if match["name"].endswith("/") else ""))
    return found


def written() -> list[str]:
    """The tree as it stands in the map."""
    _, _, rest = (ROOT / MAP).read_text(encoding="utf-8").partition(BEGIN)
    return rest.partition(END)[0].strip().splitlines()


def main() -> int:
    """Print the tree, or put it into the map."""
    made = "\n".join(tree())
    if "--write" not in sys.argv:
        print(made)
        return 0
    path = ROOT / MAP
    head, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    path.write_text(f"{head}{BEGIN}\n\n{made}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
