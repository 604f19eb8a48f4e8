"""Shorthand is spelled out and typos are set right; what isn't prose stays as it is."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.embeddings import MiniLM
from knowledge.spelling import Speller, card_speller, load_shorthand

SPELLER = card_speller(MiniLM().tokenizer)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("how do ppl do this b4 launch", "how do people do this before launch"),
        ("r u hiring", "are you hiring"),
        ("idk, tbh.", "I don't know, honestly."),
        ("swe vs mle?", "software engineer versus ML engineer?"),
        ("5yrs of exp", "5years of experience"),
        ("talk w/ the exec", "talk with the executive"),
        ("we dont know", "we don't know"),
        ("the dept's plan", "the department's plan"),
        ("Ppl leave", "people leave"),
    ],
)
def test_shorthand_is_spelled_out(typed: str, read: str) -> None:
    assert SPELLER.read(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("responsiblity", "responsibility"),
        ("managemnet", "management"),
        ("reserach and budegt", "research and budget"),
        ("probablity", "probability"),
        ("organizaton", "organization"),
        ("(experimnet)", "(experiment)"),
        ("stakeholdrs!", "stakeholders!"),
        ("WHO DOES THE RESERACH", "WHO DOES THE research"),
    ],
)
def test_typos_are_set_right(typed: str, read: str) -> None:
    assert SPELLER.read(typed) == read


@pytest.mark.parametrize(
    "text",
    [
        "ask Priyanka, Jörg or Wojciech",
        "Anika's list",
        "the Müller résumé",
        "für señor Núñez",
        "JIRA-123 and MLPLAT-88",
        "see https://githb.com/acme/trian_modle?q=teh",
        "www.exmaple.com/lables",
        "mail jhon.smtih@exmaple.com",
        "@jhon in #ml-taem",
        "<@U123> and <#C9|ml-taem>",
        "train_modle and getModle",
        "call `modle fucntion` here",
        "modle.fti(x) in trian.py",
        "C:\\Usres\\jhon /etc/hsots ~/lables",
        "ARPU, BLEU, RACI and GDPR",
        "the R&D team or R",
        "U.S. and n/a",
        "v1.2.3 3.6M 200-300k $5k 18.2 0x1f",
        "GPT4o Q3 b2b",
        "kubernetes airflow pytorch",
        "机器学习 كيف 🙂",
        "",
        " \n\t ",
    ],
)
def test_names_addresses_code_numbers_and_other_scripts_stay(text: str) -> None:
    assert SPELLER.read(text) == text


@pytest.mark.parametrize("short", load_shorthand())
def test_every_shorthand_is_understood_on_its_own(short: str) -> None:
    assert SPELLER.read(f"so {short}, maybe") == f"so {load_shorthand()[short]}, maybe"


def test_an_organisations_own_terms_are_no_typos() -> None:
    assert SPELLER.read("the okta reserach", {"okta"}) == "the okta research"


def test_words_of_the_material_are_known() -> None:
    assert all(SPELLER.knows(word) for word in ("flywheel", "labelling", "labeled", "biotech"))
    assert not SPELLER.knows("experimnet")


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=150)
def test_any_text_is_read_and_keeps_its_digits(text: str) -> None:
    # "b4" is the one shorthand with a digit.
    text = re.sub("b4", "", text, flags=re.IGNORECASE)
    kept = [c for c in SPELLER.read(text) if c.isdigit()]
    assert kept == [c for c in text if c.isdigit()]


WORDS = st.sampled_from(
    ["ppl", "r", "budegt", "Anika", "https://a.b/teh", "3.6M", "`x y`", "w/", "!"]
)


@given(st.lists(WORDS, max_size=30), st.sampled_from([" ", "  ", "\n", "\t"]))
@settings(deadline=None, max_examples=100)
def test_the_space_between_words_is_kept(words: list[str], space: str) -> None:
    read = SPELLER.read(space.join(words))
    assert read == space.join(SPELLER.read(word) for word in words)


class CountingTokenizer:
    """A tokenizer that counts the words it is asked about."""

    def __init__(self) -> None:
        self._tokenizer = MiniLM().tokenizer
        self.asked = 0

    def get_vocab(self) -> dict[str, int]:
        return self._tokenizer.get_vocab()

    def encode(self, word: str, *, add_special_tokens: bool) -> object:
        self.asked += 1
        return self._tokenizer.encode(word, add_special_tokens=add_special_tokens)


HUGE = {
    "one word": "a" * 40_000,
    "one typo again and again": "managemnet " * 3_600,
    "spaces": " " * 40_000,
    "backticks": "`" * 40_000,
    "open code": "` a" * 13_000,
    "digits": "1a" * 20_000,
    "dots": "a." * 20_000,
    "slashes": "/" * 40_000,
    "apostrophes": "a'" * 20_000,
    "underscores": "_" * 40_000,
    "capitals": "A" * 40_000,
    "emoji": "🙂" * 40_000,
}


@pytest.mark.parametrize("kind", HUGE)
@pytest.mark.timeout(60)
def test_work_grows_with_the_words_of_a_huge_text(kind: str) -> None:
    tokenizer = CountingTokenizer()
    speller = Speller(tokenizer, ["management"])  # pyright: ignore[reportArgumentType]
    text = HUGE[kind]
    read = speller.read(text)
    assert len(read) <= 2 * len(text)
    assert tokenizer.asked <= len(text.split())
