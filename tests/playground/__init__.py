"""Coach in the Microsoft 365 Agents Playground, as a person uses it; for when one is running."""
