"""Killing Coach again and again while people ask it things, and counting what went wrong.

Run with `make torture`, or `python -m tests.torture --help`.
"""
