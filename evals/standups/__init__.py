"""Measuring standups and what the hypothesis log tells, in made-up worlds whose truth is known."""
