"""Microsoft Teams: translates to and from Message, Reply and Form, nothing else."""
