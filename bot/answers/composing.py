"""The built-in engine: an answer put together from the passages found, without a language model."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, islice

from bot.answers.answer import WORD_LIMIT, Answer
from bot.answers.evidence import Evidence
from bot.answers.wording import trusted_sentences
from bot.messages import Citation
from knowledge.cards import Card, load_lectures
from knowledge.lexical import words_of
from knowledge.library import Found
from knowledge.passages import Passage

COVERED_LOG_ODDS = 0.0  # likelier than not; evals/reports shows what that refuses
_LEAST_SIMILARITY = 0.4  # farther from every known question than 99 of 100 covered ones are
# With the raw lectures as documents, no unrelated and 4 % of merely related questions reach it.
DOCUMENT_SCORE = 0.55
_DOCUMENT_LEAD = 0.05
_COMPANIONS, _NEAREST = 2, 3
_COMPANION_GAP = 1.2  # in standard deviations of the fused score
_NEWS = 0.4  # the share of a companion's sentence that has to be new
_WORTH_WORDS = 8  # what has less to add to an answer is left out
_NAMED_TOPIC_LOG_ODDS = -1.5
_TOPICS = 3
_DOCUMENT_SENTENCES = 4
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?![a-z])")  # "a Ph.D. turned developer" goes on
_WORD = re.compile(r"\S+")
_MARK = re.compile(r"\[(\d+)\]")
_GOES_ON = " …"
_NO_MORE = "My material says no more on this than above: "


def trusted(found: Found) -> Found:
    """Leave out passages of documents that talk to a machine from their first sentence on."""
    kept = (hit for hit in found.passages if trusted_sentences(hit.passage.text))
    return replace(found, passages=tuple(kept))


def gather(found: Found) -> list[Evidence]:
    """Return everything found as numbered evidence, the side that fits better first."""
    cards = [_from_card(hit.card) for hit in found.cards]
    passages = [_from_passage(hit.passage) for hit in found.passages]
    ordered = passages + cards if _documents_lead(found) else cards + passages
    return [
        Evidence(number, title, source, section, text)
        for number, (title, source, section, text) in enumerate(ordered, start=1)
    ]


def covered(found: Found) -> bool:
    """Whether anything found supports an answer."""
    return _cards_cover(found) or _documents_cover(found)


def compose(found: Found, heard: str = "") -> Answer:
    """Answer from the best card, or the best sentences of documents; abstain if nothing fits.

    Sentences that stand in *heard*, the answers before this one, are said again only if there is
    nothing else to say.
    """
    passages = tuple(item.text for item in gather(found))
    if not covered(found):
        return _abstention(found, passages)
    parts = _document_parts if _documents_lead(found) else _card_parts
    opening, paragraphs = "", _fit(parts(found, heard), WORD_LIMIT)
    if not paragraphs:
        opening = _NO_MORE
        paragraphs = _fit(islice(parts(found, ""), 1), WORD_LIMIT - len(opening.split()))
    text = "\n\n".join(
        f"{_without_marks(' '.join(said))} [{n}]" for n, (said, _) in enumerate(paragraphs, 1)
    )
    citations = tuple(
        _cite(n, said, source, found.question) for n, (said, source) in enumerate(paragraphs, 1)
    )
    return Answer(text=opening + text, citations=citations, passages=passages)


_Source = tuple[str, str, str, str]
_Part = tuple[Sequence[str], _Source]


def _from_card(card: Card) -> _Source:
    lectures = load_lectures()
    sources = dict.fromkeys(lectures[source.lecture].title for source in card.sources)
    sections = dict.fromkeys(source.section for source in card.sources)
    return card.title, "; ".join(sources), "; ".join(sections), card.text


def _from_passage(passage: Passage) -> _Source:
    return passage.title, passage.document, passage.section, passage.text


def _cards_cover(found: Found) -> bool:
    return found.covered >= COVERED_LOG_ODDS and found.similarity >= _LEAST_SIMILARITY


def _documents_cover(found: Found) -> bool:
    return bool(found.passages) and found.passages[0].score >= DOCUMENT_SCORE


def _documents_lead(found: Found) -> bool:
    if not _documents_cover(found):
        return False
    nearer = found.passages[0].score > found.similarity + _DOCUMENT_LEAD
    return nearer or not _cards_cover(found)


def _card_parts(found: Found, heard: str) -> Iterator[_Part]:
    """Yield the best card, then what companions add if they fit nearly as well.

    Where the best card has all been heard, those that it names as related are companions too.
    """
    best, *others = found.cards
    opening = _unheard(_whole_card(best.card), heard)
    yield opening, _from_card(best.card)
    said = set(words_of(best.card.text))
    related = () if opening else best.card.related
    near = (
        hit.card
        for n, hit in enumerate(others)
        if hit.card.id in related or (n < _NEAREST and best.score - hit.score <= _COMPANION_GAP)
    )
    of_companion = _answer_of if opening else _whole_card
    fresh = ((card, _unheard(of_companion(card), heard)) for card in near)
    for card, sentences in islice((pair for pair in fresh if pair[1]), _COMPANIONS):
        new = [s for s in sentences if _adds_to(said, s)]
        said |= {word for sentence in new for word in words_of(sentence)}
        yield new, _from_card(card)


def _answer_of(card: Card) -> list[str]:
    return _sentences(card.answer)


def _whole_card(card: Card) -> list[str]:
    return [*_sentences(card.answer), *_sentences(card.advice)]


def _unheard(sentences: Sequence[str], heard: str) -> list[str]:
    return [sentence for sentence in sentences if _without_marks(sentence) not in heard]


def _adds_to(said: set[str], sentence: str) -> bool:
    words = set(words_of(sentence))
    return len(words - said) > _NEWS * len(words)


def _document_parts(found: Found, heard: str) -> Iterator[_Part]:
    """Yield the sentences of the best passages that share most with the question."""
    wanted = set(words_of(found.question))
    best = found.passages[0].score
    for hit in found.passages[:2]:
        if hit.score < max(DOCUMENT_SCORE, best - 0.1):
            return
        sentences = _unheard(trusted_sentences(hit.passage.text), heard)
        ranked = sorted(sentences, key=lambda s: -len(wanted & set(words_of(s))))
        chosen = set(ranked[:_DOCUMENT_SENTENCES])
        yield [s for s in sentences if s in chosen], _from_passage(hit.passage)


def _fit(parts: Iterator[_Part], left: int) -> list[_Part]:
    """Keep whole sentences up to *left* words, marks included; of the first one, what fits."""
    paragraphs: list[_Part] = []
    for sentences, source in parts:
        left -= 1
        kept = _whole(sentences, left)
        if not kept and not paragraphs and sentences:
            kept = [_opening(sentences[0], left)]
        words = sum(len(sentence.split()) for sentence in kept)
        if words >= (_WORTH_WORDS if paragraphs else 1):
            left -= words
            paragraphs.append((kept, source))
    return paragraphs


def _whole(sentences: Sequence[str], left: int) -> list[str]:
    """Return the first of *sentences* that have no more than *left* words together."""
    totals = accumulate(len(sentence.split()) for sentence in sentences)
    return [sentence for sentence, total in zip(sentences, totals, strict=True) if total <= left]


def _opening(sentence: str, left: int) -> str:
    """Return the beginning of *sentence* in *left* words, the sign that it goes on included."""
    *_, last = islice(_WORD.finditer(sentence), left - 1)
    return sentence[: last.end()] + _GOES_ON


def _without_marks(text: str) -> str:
    """Return *text* with its own bracketed numbers told apart from the marks of citations."""
    return _MARK.sub(r"(\1)", text)


def _cite(number: int, said: Sequence[str], source: _Source, question: str) -> Citation:
    wanted = set(words_of(question))
    title, origin, section, passage = source
    best = max(said, key=lambda sentence: len(wanted & set(words_of(sentence))))
    return Citation(
        number=number,
        title=title,
        source=origin,
        section=section,
        quote=best.removesuffix(_GOES_ON),
        passage=passage,
    )


def _abstention(found: Found, passages: tuple[str, ...]) -> Answer:
    titles = [hit.card.title for hit in found.cards[:_TOPICS]]
    about = f" ({found.topic})" if found.covered < _NAMED_TOPIC_LOG_ODDS and found.topic else ""
    return Answer(
        text=f"My material doesn't cover that{about}, so I won't guess. "
        f"The nearest topics it does cover: {'; '.join(titles)}.",
        citations=(),
        passages=passages,
        abstained=True,
        topics=tuple(hit.card.questions[0] for hit in found.cards[:_TOPICS]),
    )


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(text.strip()) if sentence]
