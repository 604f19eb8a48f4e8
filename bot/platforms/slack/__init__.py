"""Slack: Socket Mode and signed HTTP in, the Web API out. `platform.SlackPlatform` is the door."""
