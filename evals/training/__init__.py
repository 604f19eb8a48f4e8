"""Training the clause model: `python -m evals.training` writes `bot/updates/clause_model.npz`."""
