"""What search finds and answers cite."""

from pydantic import BaseModel, ConfigDict


class Passage(BaseModel):
    """A piece of a user's document, small enough to cite: a few sentences under one heading.

    `id` is unique in its workspace and changes with the text; `section` is empty above the first
    heading.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    document: str
    title: str
    section: str
    text: str
