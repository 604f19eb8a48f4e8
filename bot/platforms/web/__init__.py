"""The web page: a small chat and a desk for reviews, served by the process that answers."""
