"""What one more listed practice costs to write: its item, words and picture, as HTML and text.

python -m benchmarks.speed.items

Prints the median of the seconds of the processor between a digest of many check-ins and the same
of one, an item, and how far single rounds lie from it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.speed.network import UNTIL, write
from quietdrop import ingest
from quietdrop.checkins.history import History
from quietdrop.config import load
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.weigh import prepare
from quietdrop.messages import mail
from quietdrop.messages.compose import book_of, compose
from quietdrop.messages.digest import digest
from quietdrop.messages.links import Links, mail_links
from quietdrop.messages.sections import with_sections

PRACTICES, LIAISONS, WEEKS, RATE = 1_000, 2, 130, 2.0
BUDGET = 25
ROUNDS = 51
KEY = "a key for links that nobody follows, long enough to be taken"


def spent(work: Callable[[], object]) -> float:
    """Seconds of the processor."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, PRACTICES, LIAISONS, WEEKS, RATE)
        file = folder / "quietdrop.toml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("[digest]", f"[digest]\nbudget = {BUDGET}"), encoding="utf-8")
        settings = load(file, {})
        intake = ingest.read(settings.source, UNTIL, UNTIL)
    whole = evaluate(settings, intake, prepare(intake.counts), History(), UNTIL)
    briefing = compose(settings, whole)
    recipient = max(briefing.digests, key=lambda each: len(each.items)).recipient
    mine = [each for each in whole.plan.listed if each.liaison == recipient]
    one = replace(whole, plan=replace(whole.plan, opened=mine[:1]))
    frame = briefing.table[briefing.table["liaison"] == recipient]
    book, now = book_of(settings), datetime.combine(UNTIL, datetime.min.time(), UTC)
    links = mail_links(Links("https://quietdrop.example", KEY), now, settings.web.link_days, {})

    def written(of: Evaluation) -> None:
        content = with_sections(of, digest(of, frame, recipient), book)
        mail.digest(settings, content, "for the benchmark", now, links)

    written(whole)
    written(one)
    each = [
        1000 * (spent(lambda: written(whole)) - spent(lambda: written(one))) / (len(mine) - 1)
        for _ in range(ROUNDS)
    ]
    low, _, high = statistics.quantiles(each, n=4)
    print(
        f"{statistics.median(each):.2f} ms an item of {len(mine)} "
        f"(half of {ROUNDS} rounds: {low:.2f} to {high:.2f})"
    )


if __name__ == "__main__":
    main()
