"""Prompts as files, with declared variables and data that cannot pass for instructions.

A prompt is a YAML file here. What other people wrote is put into it between two lines that carry a
code drawn anew for every rendering, so a text can't close its own fence or open another one.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

FOLDER = Path(__file__).parent

_PLACEHOLDER = re.compile(r"\{(\w+)\}")

Value = str | Sequence[str]


class PromptProblem(Exception):
    """A prompt file, or what was given for its variables, can't be used."""


class Variable(BaseModel):
    """What may stand for a variable.

    `plain` is ours and put in as it is; `data` is one text, `numbered` several, that others wrote:
    each is fenced, under the name `called`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str = Field(min_length=1)
    kind: Literal["plain", "data", "numbered"]
    called: str = ""


@dataclass(frozen=True)
class Rendered:
    """A prompt ready to be sent."""

    system: str
    user: str


class Prompt(BaseModel):
    """A system and a user text with places for variables, written `{name}`.

    A prompt that extends another one has its system text, and its user text before its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    about: str = Field(min_length=1)
    extends: str = ""
    variables: Mapping[str, Variable]
    system: str = ""
    user: str = Field(min_length=1)

    @model_validator(mode="after")
    def _declares_what_it_uses(self) -> Self:
        used = set(_PLACEHOLDER.findall(self.system + self.user))
        declared = set(self.variables)
        if used - declared:
            raise ValueError(f"uses undeclared variables: {_listed(used - declared)}")
        if declared - used:
            raise ValueError(f"declares variables that it does not use: {_listed(declared - used)}")
        if not self.system and not self.extends:
            raise ValueError("has no system text and extends no other prompt")
        return self

    def render(
        self, values: Mapping[str, Value], draw_code: Callable[[], str] = lambda: token_hex(6)
    ) -> Rendered:
        """Put *values* in; braces in them mean nothing.

        Raises PromptProblem unless there is a value for exactly the declared variables.
        """
        given, declared = set(values), set(self.variables)
        if declared - given:
            raise PromptProblem(f"{self.name}: no value for {_listed(declared - given)}")
        if given - declared:
            raise PromptProblem(f"{self.name}: unknown variables {_listed(given - declared)}")
        code = _unused_code(values, draw_code)
        texts = {name: _shown(name, self.variables[name], values[name], code) for name in values}
        return Rendered(_filled(self.system, texts), _filled(self.user, texts))


def read_prompt(path: Path) -> Prompt:
    """Read and check one prompt file. Raises PromptProblem with what is wrong in it."""
    try:
        prompt = Prompt.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        return _extended(prompt, path.parent) if prompt.extends else prompt
    except OSError:
        raise PromptProblem(f"{path.name} can't be read") from None
    except yaml.YAMLError as error:
        raise PromptProblem(f"{path.name} is not YAML: {error}") from None
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])} {item['msg']}".strip()
            for item in error.errors()
        )
        raise PromptProblem(f"{path.name}: {problems}") from None


@cache
def load_prompt(name: str) -> Prompt:
    """Return the prompt of that name that ships with Coach."""
    return read_prompt(FOLDER / f"{name}.yaml")


def _extended(prompt: Prompt, folder: Path) -> Prompt:
    base = read_prompt(folder / f"{prompt.extends}.yaml")
    return Prompt(
        name=prompt.name,
        about=prompt.about,
        variables={**base.variables, **prompt.variables},
        system=base.system + prompt.system,
        user=f"{base.user}\n{prompt.user}",
    )


def _unused_code(values: Mapping[str, Value], draw_code: Callable[[], str]) -> str:
    written = "\n".join(
        value if isinstance(value, str) else "\n".join(value) for value in values.values()
    )
    while (code := draw_code()) in written:
        pass
    return code


def _shown(name: str, variable: Variable, value: Value, code: str) -> str:
    called = variable.called or name
    texts = [value] if isinstance(value, str) else list(value)
    match variable.kind:
        case "plain":
            return "\n".join(texts)
        case "data":
            return _fenced(called, "\n".join(texts), code)
        case "numbered":
            fenced = (_fenced(f"{called} {n}", text, code) for n, text in enumerate(texts, 1))
            return "\n".join(fenced)


def _fenced(called: str, text: str, code: str) -> str:
    return f"<<{called} {code}\n{text}\n{called} {code}>>"


def _filled(template: str, texts: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda place: texts[place[1]], template)


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))
