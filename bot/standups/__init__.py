"""Standups: who is asked when, what they are asked, and what came back."""
