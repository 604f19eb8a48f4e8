"""The platforms: each translates to and from Coach's own terms, and none knows another."""
