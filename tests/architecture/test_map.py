"""docs/map.md shows the house as it stands: every room, and no room that is gone."""

from tests.architecture.source import PRODUCT, ROOT, modules, text_of
from tests.architecture.tree import MAP, folders, is_shown, names, tree, written

AGAIN = "run `python -m tests.architecture.tree --write` and look at what changed"


def test_the_map_shows_every_folder_and_every_module_and_nothing_else() -> None:
    there = {f"{folder}/" for folder in folders()} | {m.name for m in modules(*PRODUCT) if is_shown(m)}
    shown = names(written())
    assert sorted(shown) == sorted(set(shown)), "a room is shown twice"
    assert there - set(shown) == set(), f"not on the map: {AGAIN}"
    assert set(shown) - there == set(), f"on the map and not there: {AGAIN}"


def test_every_folder_has_its_row_in_the_table_of_rooms() -> None:
    rows = {
        line.split("|")[1].strip().strip("`") for line in text_of(MAP).splitlines() if line.startswith("| `")
    }
    assert set(folders()) - rows == set(), "say in one row of docs/map.md what these are for"
    gone = {row for row in rows if row.startswith(PRODUCT) and not (ROOT / row).exists()}
    assert gone == set(), "these rooms are gone"


def test_the_tree_can_be_read_back_from_what_is_drawn() -> None:
    drawn = names(tree())
    assert "trading/domain/decide/" in drawn and "trading/domain/decide/entry.py" in drawn
    assert "bot/notifications/alerts.py" in drawn and not any("__init__" in name for name in drawn)
