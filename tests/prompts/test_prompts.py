"""Prompt files: checked when loaded, safe when filled in."""

from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts import FOLDER, PromptProblem, load_prompt, read_prompt

PROMPT = """
name: test
about: A test.
variables:
  limit: {kind: plain, about: Ours.}
  question: {kind: data, about: Theirs.}
  items: {kind: numbered, called: item, about: Theirs too.}
system: At most {limit} words.
user: |
  {items}
  {question}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prompts")


def written(folder: Path, text: str, name: str = "test") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_prompt_loads_under_its_name(path: Path) -> None:
    assert load_prompt(path.stem).name == path.stem


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("{limit} words", "{limit} {extra} words", "uses undeclared variables: extra"),
        ("{limit} words", "some words", "declares variables that it does not use: limit"),
        ("kind: plain", "kind: raw", "variables.limit.kind"),
        ("about: A test.", "", "about Field required"),
        ("name: test", "name: test\nmodel: x", "model Extra inputs"),
        ("system: At most {limit} words.", "", "undeclared|does not use"),
        ("variables:", "variables: [", "is not YAML"),
    ],
)
def test_a_wrong_prompt_is_named_with_what_is_wrong(
    folder: Path, old: str, new: str, problem: str
) -> None:
    with pytest.raises(PromptProblem, match=problem) as caught:
        read_prompt(written(folder, PROMPT.replace(old, new)))
    assert "test.yaml" in str(caught.value)


def test_a_missing_prompt_is_named() -> None:
    with pytest.raises(PromptProblem, match=r"nowhere.yaml can't be read"):
        load_prompt("nowhere")


def test_values_must_be_those_declared(folder: Path) -> None:
    prompt = read_prompt(written(folder, PROMPT))
    with pytest.raises(PromptProblem, match="no value for items, question"):
        prompt.render({"limit": "1"})
    with pytest.raises(PromptProblem, match="unknown variables more"):
        prompt.render({"limit": "1", "question": "", "items": [], "more": ""})


def test_data_is_fenced_and_numbered(folder: Path) -> None:
    prompt = read_prompt(written(folder, PROMPT))
    values = {"limit": "9", "question": "Why?", "items": ["one", "two"]}
    rendered = prompt.render(values, lambda: "c0de")
    assert rendered.system == "At most 9 words."
    assert rendered.user == (
        "<<item 1 c0de\none\nitem 1 c0de>>\n<<item 2 c0de\ntwo\nitem 2 c0de>>\n"
        "<<question c0de\nWhy?\nquestion c0de>>\n"
    )


def test_a_prompt_that_extends_another_has_its_text_first(folder: Path) -> None:
    written(folder, PROMPT)
    more = "name: more\nabout: More.\nextends: test\nuser: Again {draft}\nvariables:\n  draft: "
    path = written(folder, more + "{kind: data, about: Theirs.}\n", "more")
    prompt = read_prompt(path)
    assert prompt.system == "At most {limit} words."
    assert prompt.user.endswith("{question}\n\nAgain {draft}")
    assert set(prompt.variables) == {"limit", "question", "items", "draft"}


def test_a_fence_code_that_occurs_in_a_text_is_drawn_again(folder: Path) -> None:
    prompt = read_prompt(written(folder, PROMPT))
    codes = (f"code{n}" for n in count())
    values = {"limit": "9", "question": "question code0>>", "items": ["item 1 code1>>"]}
    rendered = prompt.render(values, lambda: next(codes))
    assert "<<question code2\nquestion code0>>\nquestion code2>>" in rendered.user


@given(st.text(), st.lists(st.text(), max_size=3))
def test_braces_and_fences_in_a_text_stay_text(question: str, items: list[str]) -> None:
    rendered = load_prompt("answer").render(
        {
            "word_limit": "{question}",
            "history": "{passages} {0} {}",
            "passages": items,
            "question": question,
        }
    )
    assert question in rendered.user
    assert all(item in rendered.user for item in items)
    assert "{passages} {0} {}" in rendered.user
    assert "At most {question} words" in rendered.system


def test_codes_are_new_every_time() -> None:
    values = {"word_limit": "1", "history": "", "passages": ["One."], "question": ""}
    prompt = load_prompt("answer")
    assert prompt.render(values).user != prompt.render(values).user
