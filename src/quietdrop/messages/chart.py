"""The year of weeks as a picture: bars, the usual level, and the week of the onset."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1120, 176  # twice the 560 by 88 at which a mail shows it
WEEKS = 52  # the newest: a year, so that its season shows
BAR_SHARE = 0.68  # of a week's width
DASH, DASH_GAP = 10, 8  # pixels
# Each reads on white and on near-black: a mail's picture cannot know which it stands on.
COLORS = {
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

    Args:
        weeks: referrals a week, oldest first; the last 52 are drawn.
        expected: what was usual in the same weeks, drawn as a dashed line.
        onset_index: the week in which the drop likely began, if there is one.
    """
    skipped = max(len(weeks) - WEEKS, 0)
    shown, usual = list(weeks[skipped:]), list(expected[skipped:])
    onset = None if onset_index is None else onset_index - skipped
    image = Image.new("P", (WIDTH, HEIGHT), NONE)
    image.putpalette([part for color in COLORS.values() for part in color])
    draw = ImageDraw.Draw(image)
    top = max([*shown, *usual, 1.0])
    step = WIDTH / max(len(shown), 1)
    base = HEIGHT - 3

    def y(value: float) -> float:
        return base - value / top * (HEIGHT - 14)

    for week, value in enumerate(shown):
        color = BAR if onset is None or week < onset else AFTER
        left = (week + (1 - BAR_SHARE) / 2) * step
        right = left + BAR_SHARE * step
        draw.rectangle((left, min(y(value), base - 2), right, base), fill=color)
    for left in range(0, WIDTH, DASH + DASH_GAP) if usual else ():
        level = y(usual[min(int((left + DASH / 2) / step), len(usual) - 1)])
        draw.line((left, level, left + DASH, level), fill=USUAL, width=4)
    if onset is not None and 0 <= onset < len(shown):
        draw.line((onset * step, 0, onset * step, HEIGHT), fill=AFTER, width=3)
    # Rows and bars are runs of one color: to look for nothing but runs takes a fifth of the time of
    # the highest level, for a seventh more bytes.
    data = io.BytesIO()
    image.save(data, format="PNG", compress_type=zlib.Z_RLE, transparency=NONE)
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
