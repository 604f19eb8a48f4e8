"""Measuring Coach: question sets, scoring, trivial baselines, reports and benchmarks."""
