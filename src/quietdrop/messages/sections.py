"""What a digest says beside the drops: our side, first words, thanks, newcomers, news. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from quietdrop.checkins.contacts import staff
from quietdrop.checkins.lifecycle import since_onset
from quietdrop.domain.assessment import FALLING
from quietdrop.domain.days import EPOCH
from quietdrop.domain.digest import Digest, Item, Line
from quietdrop.domain.directory import Person
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.findings.good_news import growing, thanks_due
from quietdrop.findings.segments import summed
from quietdrop.messages.news import news
from quietdrop.messages.wording import sections
from quietdrop.messages.wording.phrasebook import Phrase, fitting

NEW_STAFF = timedelta(weeks=13)  # since somebody left; what is older is no news
YEAR_DAYS = 364  # 52 whole weeks before an onset, so that each weekday counts alike
LEAST_SHARE = 0.1  # of a practice's referrals, for a provider to be named
FELL = 0.6  # of what was expected of a provider
LEAST_EXPECTED = 2.0  # referrals since the onset: of fewer, none may be chance
MOST_NAMED = 4  # providers, those who sent the most


def with_sections(
    evaluation: Evaluation,
    digest: Digest,
    book: Mapping[str, Phrase],
) -> Digest:
    """The digest with all that is good to know beside the drops."""
    as_of = digest.as_of
    practice_ids = evaluation.practices_of(digest.recipient)
    falling = _falling(evaluation, practice_ids)
    findings = evaluation.findings
    busy = (
        *(evaluation.open_now, evaluation.plan.closed, evaluation.recovered),
        *(findings.parts, findings.slow),
    )
    calm = [
        key for key in practice_ids if key not in falling and not any(key in one for one in busy)
    ]
    name = {key: evaluation.intake.practice(key).name for key in practice_ids}
    kind = book["thanks"]
    grown = growing(evaluation.assessed, (key for key in calm if key not in evaluation.continued))
    named = {grower.practice_id for grower in grown}
    return replace(
        digest,
        items=tuple(in_full(evaluation, item, book) for item in digest.items),
        came_back=tuple(
            line._replace(text=f"{line.text} {sections.say(kind.first)}")
            for line in digest.came_back
        ),
        thanks=tuple(
            Line(
                name[due.practice_id],
                sections.thanks(due, kind.bring, staff_of(evaluation, due.practice_id), as_of),
                practice_id=due.practice_id,
            )
            for due in thanks_due(
                evaluation.assessed,
                (key for key in calm if key not in named),
                (touch for key in calm for touch in evaluation.touches_of(key)),
            )
        ),
        growing=tuple(
            Line(name[grower.practice_id], sections.growth(grower), practice_id=grower.practice_id)
            for grower in grown
        ),
        news=news(evaluation, practice_ids),
        cover_for=_cover_for(evaluation, digest.recipient, practice_ids, as_of),
    )


def _falling(evaluation: Evaluation, practice_ids: Sequence[str]) -> set[str]:
    """The practices of which a fall, or what looks like one, may be told: good news of them would
    stand beside it."""
    assessed, likes = evaluation.assessed, evaluation.findings.lookalikes
    rows = assessed.rows_of(practice_ids)
    return {key for key, _ in rows if assessed.of(key).status in FALLING} | {
        key for key in practice_ids if key in likes and likes[key].kind != "batch"
    }


def staff_of(evaluation: Evaluation, practice_id: str) -> str:
    """Whom to ask for at the practice's desk."""
    people, touches = evaluation.people_of(practice_id), evaluation.touches_of(practice_id)
    return staff(people, touches, evaluation.as_of)


def in_full(
    evaluation: Evaluation,
    item: Item,
    book: Mapping[str, Phrase],
) -> Item:
    """The item with who fell, whom to ask for, our side, first words and what to bring."""
    as_of = evaluation.as_of
    ours = evaluation.our_part.stands_out(item.practice_id)
    people = evaluation.people_of(item.practice_id)
    causes: list[str] = [finding.kind for finding in ours]
    causes += ["complaint"] if item.is_complaint else []
    who, provider_fell = _providers(evaluation, item, people)
    causes += ["provider"] if provider_fell else []
    lately = [p for p in people if _left_lately(p, as_of)]
    causes += ["staff"] if lately else []
    gone = "; ".join(sections.left(p, as_of) for p in lately if p.left_by is not None)
    causes += ["service_line"] if item.what else []
    phrase = fitting(book, tuple(causes))
    return replace(
        item,
        our_side="; ".join(sections.our_side(finding) for finding in ours),
        who=". ".join(part for part in (who, item.who, gone) if part),
        staff=staff_of(evaluation, item.practice_id),
        opening=phrase.first,
        bring=phrase.bring,
    )


def _left_lately(person: Person, as_of: date) -> bool:
    return person.left_on is not None and timedelta() <= as_of - person.left_on <= NEW_STAFF


def _providers(
    evaluation: Evaluation,
    item: Item,
    people: list[Person],
) -> tuple[str, bool]:
    """ "Dr. Alvarez 14 → 1 · NP Lee as ever", and whether one of them fell more than the rest."""
    asked = evaluation.checkin_of(item.checkin) if item.checkin else None
    if asked is None or asked.onset is None:
        return "", False
    begin = (asked.onset - EPOCH).days
    rows = evaluation.sent_by(item.practice_id)
    days, numbers = rows["day"].to_numpy(), rows["referrals"].to_numpy()
    keys, since = rows["provider"].to_numpy(dtype=object), days >= begin
    before = ~since & (days >= begin - YEAR_DAYS)
    was, now = (summed(keys[part], numbers[part]) for part in (before, since))
    total = was.total()
    most = sorted(was.items(), key=lambda each: (-each[1], each[0]))[:MOST_NAMED]
    roles = {p.npi: f"{p.role} {p.name}" for p in people if p.name and p.role}
    _, promised = since_onset(evaluation.assessed, asked)
    phrases, fallen = [], 0
    for key, number in most:
        share, came = number / total, now[key]
        expected = share * promised
        if share < LEAST_SHARE:
            continue
        fell = expected >= LEAST_EXPECTED and came <= FELL * expected
        fallen += fell
        name = roles.get(key) or evaluation.intake.provider_names.get(key, "")
        if name:
            phrases.append(sections.provider(name, expected, came, fell=fell))
    return " · ".join(phrases), 0 < fallen < len(phrases)


def _cover_for(
    evaluation: Evaluation,
    recipient: str,
    practice_ids: list[str],
    as_of: date,
) -> str:
    """Whose list is here besides her own."""
    others = {evaluation.intake.practice(key).liaison for key in practice_ids} - {recipient, ""}
    liaisons = evaluation.intake.liaisons
    away = [liaisons[email] for email in sorted(others) if email in liaisons]
    return "; ".join(sections.away(one.name or one.email, one.away_to, as_of) for one in away)
