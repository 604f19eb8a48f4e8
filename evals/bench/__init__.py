"""Benchmarks: how fast Coach answers, takes events in, starts, holds standups; beside what.

Run with `make bench`, or `python -m evals.bench --help`. Servers and whatever they are compared
with run in processes of their own, in turns, so that noise hits both alike.
"""
