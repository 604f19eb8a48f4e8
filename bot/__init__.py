"""Coach: a Slack and Microsoft Teams bot for people who manage machine-learning teams."""

from importlib.metadata import version

__version__ = version("ml-coach")
