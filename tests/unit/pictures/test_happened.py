"""What happened on a chart: labels that cover nothing, steps where the stop stood, boxes of sessions."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.conversation.painting import ChartSpec, FillMark, LevelKind, StopStep
from bot.pictures import chart, happened
from bot.pictures.canvas import Canvas
from bot.pictures.frame import HEIGHT, WIDTH, Area
from bot.pictures.palette import palette_of
from bot.pictures.placing import free_spot
from bot.pictures.stage import Stage, height_of
from tests.unit.pictures.samples import BARE, ENTRY, MANAGED, SESSIONS

CANDLES = BARE.candles
LABELS = ("Entry", "TP", "Stop", "Flatten")


def staged(spec: ChartSpec) -> Stage:
    palette = palette_of(spec.theme)
    return chart._staged(Canvas(WIDTH, HEIGHT, palette.ground), palette, spec, 154)


def test_a_label_goes_to_the_first_free_place() -> None:
    within = Area(0, 0, 100, 100)
    spots = [Area(-10, 0, 10, 10), Area(0, 0, 20, 10), Area(40, 0, 60, 10)]
    assert free_spot(spots, [], within) == spots[1]
    assert free_spot(spots, [Area(19, 9, 30, 30)], within) == spots[2]
    assert free_spot(spots, [Area(20, 0, 40, 10)], within) == spots[1], "edges may touch"
    assert free_spot(spots, [within], within) is None


@settings(max_examples=40, deadline=None)
@given(
    marks=st.lists(
        st.tuples(
            st.integers(0, len(CANDLES) - 1), st.integers(-60, 60), st.booleans(), st.sampled_from(LABELS)
        ),
        max_size=30,
    )
)
def test_labels_of_fills_cover_neither_each_other_nor_names_nor_triangles(
    marks: list[tuple[int, int, bool, str]],
) -> None:
    fills = tuple(
        FillMark(CANDLES[place].at, CANDLES[place].close + off, is_buy, label)
        for place, off, is_buy, label in sorted(marks, key=lambda one: one[0])
    )
    stage, names = staged(replace(MANAGED, fills=fills)), [Area(7, 300, 110, 340)]
    drawn: list[Area] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(happened, "_label", lambda stage, fill, spot: drawn.append(spot))
        happened.fill_labels(stage, names)
    blocked = [*names, *(happened._triangle(fill, x, y) for fill, (x, y) in happened._marks(stage))]
    assert all(stage.prices.holds(spot) for spot in drawn)
    assert not any(one.meets(other) for one, other in combinations(drawn, 2))
    assert not any(spot.meets(other) for spot in drawn for other in blocked)


def test_trades_for_the_same_side_by_side_share_a_label() -> None:
    told: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(happened, "_label", lambda stage, fill, spot: told.append(fill.label))
        happened.fill_labels(staged(MANAGED), [])
    assert told == ["Close", "TP", "Entry"]


class Ruler(Canvas):
    """A sheet that keeps the lines that are drawn on it."""

    def __init__(self) -> None:
        super().__init__(WIDTH, HEIGHT, (0, 0, 0))
        self.level: list[tuple[float, float, float]] = []
        self.boxes: list[Area] = []

    def across(
        self, left: float, right: float, y: float, colour: tuple[int, int, int], width: float = 2
    ) -> None:
        self.level.append((left, right, y))

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        fill: tuple[int, int, int],
        *,
        radius: float = 0,
    ) -> None:
        self.boxes.append(Area(left, top, right, bottom))


def test_each_step_runs_from_when_the_stop_came_there_to_when_it_left() -> None:
    ruler = Ruler()
    stage = staged(MANAGED)._replace(canvas=ruler)
    happened.stop_steps(stage)
    half, steps = happened.STEP_WIDTH / 2, MANAGED.stops
    ends = [*(stage.x(step.at) for step in steps[1:]), stage.prices.right]
    assert ruler.level == [
        (stage.x(step.at) - half, end + half, height_of(stage, step.price or Decimal(0)))
        for step, end in zip(steps, ends, strict=True)
    ]


def test_steps_end_where_no_stop_stood_any_more() -> None:
    ruler = Ruler()
    gone = StopStep(CANDLES[100].at, None)
    stage = staged(replace(MANAGED, stops=(*MANAGED.stops[:2], gone)))._replace(canvas=ruler)
    happened.stop_steps(stage)
    assert len(ruler.level) == 2
    assert ruler.level[-1][1] == stage.x(gone.at) + happened.STEP_WIDTH / 2


def test_the_line_of_a_stop_is_solid_from_its_last_step_on() -> None:
    stage = staged(MANAGED)
    assert happened.stop_stands_from(stage, MANAGED.levels[-1].price) == stage.x(MANAGED.stops[-1].at)
    assert happened.stop_stands_from(stage, ENTRY - 1) == stage.prices.left
    assert happened.stop_stands_from(staged(BARE), ENTRY) == stage.prices.left


def test_a_stop_of_before_the_first_candle_begins_at_the_edge() -> None:
    early = StopStep(CANDLES[0].at - (CANDLES[1].at - CANDLES[0].at), ENTRY, LevelKind.STOP)
    stage = staged(replace(MANAGED, stops=(early,)))
    assert stage.x(early.at) == stage.prices.left


def test_a_box_holds_its_session_and_a_session_without_candles_has_none() -> None:
    ruler = Ruler()
    last = SESSIONS.sessions[-1]
    empty = replace(last, start=last.end, end=last.end + (last.end - last.start))
    stage = staged(replace(SESSIONS, sessions=(*SESSIONS.sessions, empty)))._replace(canvas=ruler)
    happened.sessions(stage)
    inside = [box for box in ruler.boxes if box.width > 50 and box.height > 50]
    assert len(inside) == 3
    for box, session in zip(inside, SESSIONS.sessions, strict=True):
        for candle, x in zip(SESSIONS.candles, stage.places, strict=True):
            is_of_it = session.start <= candle.at < session.end
            assert is_of_it == (box.left < x < box.right)
            if is_of_it:
                assert box.top < stage.scale.y(candle.high) and stage.scale.y(candle.low) < box.bottom
