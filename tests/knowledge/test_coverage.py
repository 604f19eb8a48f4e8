"""What the material covers is told apart from what it doesn't."""

import numpy as np
import pytest

from bot.answers.composing import COVERED_LOG_ODDS
from knowledge.coverage import Coverage, Verdict
from knowledge.library import Library

COVERED = [
    "Why is it so hard to hire people who have really built machine learning systems?",
    "What does a machine learning product manager do all day?",
    "Should our data people report to one central group or sit with each product team?",
    "How do I explain to executives that I can't promise when the model will be good enough?",
    "What's the difference between an ML engineer and an ML researcher?",
    "How should I prepare for a machine learning interview?",
    "Do I need a PhD to get a job in machine learning?",
    "How do I plan a project when nobody knows which experiment will work?",
    "Where can I find good machine learning candidates?",
    "How do we get leadership to understand what machine learning can and can't do?",
    "Who is responsible for maintaining models once they are in production?",
    "What should be in a machine learning job description?",
    "Half of our experiments led nowhere, is the team doing badly?",
    "How do I measure the progress of a research-heavy team?",
    "Does the ML team need its own data engineers?",
    "What skills does a data scientist have compared with a data engineer?",
    "Should software engineers be embedded in our machine learning group?",
    "What do big companies do differently from startups when it comes to ML organizations?",
    "How can a candidate stand out without industry experience in ML?",
    "Why is managing machine learning projects harder than managing ordinary software?",
]

UNCOVERED = [
    "What's the weather like in Lisbon in May?",
    "How do I bake sourdough bread?",
    "Which visa do I need to work in Japan?",
    "How do I set up a virtual private network at home?",
    "Who won the world cup in 1998?",
    "What is the best way to train for a marathon?",
    "How do I write a recursive SQL query?",
    "Can my landlord raise the rent twice in a year?",
    "How do I configure nginx as a reverse proxy?",
    "What are the side effects of ibuprofen?",
    "How does the attention mechanism compute its weights?",
    "Which learning rate schedule works best for fine-tuning a vision transformer?",
    "How do I file my taxes as a freelancer?",
    "Recommend a hotel near the conference centre.",
    "How do I fix a leaking tap?",
    "Which mutual fund should I put my savings in?",
    "How do I quantize a model to int4 for a phone?",
    "What is the capital gains tax on stock options?",
    "How do I get a stain out of a wool carpet?",
    "Why does my Docker container exit with code 137?",
]


async def verdicts(library: Library, questions: list[str]) -> list[bool]:
    found = [await library.search([question], "T1") for question in questions]
    return [hit.covered >= COVERED_LOG_ODDS for hit in found]


async def test_covered_questions_are_taken_for_covered(library: Library) -> None:
    assert sum(await verdicts(library, COVERED)) >= 18


async def test_other_questions_are_not(library: Library) -> None:
    assert sum(await verdicts(library, UNCOVERED)) <= 2


def around(centre: int, count: int, seed: int) -> np.ndarray:
    """Return unit vectors scattered around one axis."""
    noise = np.random.default_rng(seed).normal(0, 0.1, (count, 8))
    vectors = np.eye(8)[centre] + noise
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def judged(covered: np.ndarray, uncovered: np.ndarray, question: np.ndarray) -> Verdict:
    known = np.concatenate([covered, uncovered])
    return Coverage(known, len(covered)).judge(known @ question)


def test_a_question_goes_with_the_kind_that_it_is_among() -> None:
    kinds = around(0, 60, seed=1), around(1, 60, seed=2)
    assert judged(*kinds, around(0, 1, seed=3)[0]).log_odds > 3
    assert judged(*kinds, around(1, 1, seed=4)[0]).log_odds < -3


def test_a_kind_does_not_win_by_numbers() -> None:
    few, many = around(0, 30, seed=1), around(0, 300, seed=2)
    questions = around(0, 50, seed=3)
    verdict = [judged(few, many, question).log_odds for question in questions]
    mirrored = [judged(many, few, question).log_odds for question in questions]
    assert abs(np.mean(verdict)) < 1.5
    assert np.mean(verdict) == pytest.approx(-np.mean(mirrored), abs=1e-3)


def test_the_nearest_uncovered_question_is_named() -> None:
    uncovered = around(1, 40, seed=2)
    assert judged(around(0, 40, seed=1), uncovered, uncovered[17]).uncovered == 17
