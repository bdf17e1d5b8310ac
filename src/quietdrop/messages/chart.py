"""The year of weeks as a picture: bars, the usual level, and the week of the onset."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 654, 120
WEEKS = 52
# Each reads on white and on near-black: a mail's picture cannot know which it stands on.
COLOURS = {
    "none": (0, 0, 0),
    "bar": (122, 139, 158),
    "after": (214, 92, 50),
    "usual": (98, 108, 120),
}
NONE, BAR, AFTER, USUAL = range(4)
LEVELS = "▁▂▃▄▅▆▇█"


def cadence_png(
    weeks: Sequence[float], expected: Sequence[float], onset_index: int | None
) -> bytes:
    """A transparent PNG, twice the size at which it is shown.

    `weeks` are referrals a week, oldest first; `expected` what was usual in the same weeks;
    `onset_index` the week in which the drop likely began.
    """
    skipped = max(len(weeks) - WEEKS, 0)
    shown, usual = list(weeks[skipped:]), list(expected[skipped:])
    onset = None if onset_index is None else onset_index - skipped
    image = Image.new("P", (WIDTH, HEIGHT), NONE)
    image.putpalette([part for colour in COLOURS.values() for part in colour])
    draw = ImageDraw.Draw(image)
    top = max([*shown, *usual, 1.0])
    step = WIDTH / max(len(shown), 1)
    base = HEIGHT - 5

    def y(value: float) -> float:
        return base - value / top * (HEIGHT - 14)

    for week, value in enumerate(shown):
        colour = BAR if onset is None or week < onset else AFTER
        left = week * step
        draw.rectangle((left + 1, min(y(value), base - 1), left + step - 3, base), fill=colour)
    points = [((week + 0.5) * step, y(value)) for week, value in enumerate(usual)]
    if len(points) > 1:
        draw.line(points, fill=USUAL, width=3)
    if onset is not None and 0 <= onset < len(shown):
        draw.line((onset * step - 1, 0, onset * step - 1, HEIGHT), fill=AFTER, width=2)
    data = io.BytesIO()
    image.save(data, format="PNG", optimize=True, transparency=NONE)
    return data.getvalue()


def blocks(weeks: Sequence[float], onset_index: int | None) -> str:
    """The same year as block characters, with a bar where the drop likely began."""
    skipped = max(len(weeks) - WEEKS, 0)
    top = max([*weeks[skipped:], 1.0])
    drawn = []
    for week, value in enumerate(weeks):
        if week < skipped:
            continue
        if week == onset_index:
            drawn.append("│")
        drawn.append(" " if value == 0 else LEVELS[min(int(value / top * 8), 7)])
    return "".join(drawn).rstrip()
