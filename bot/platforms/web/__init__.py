"""The web page: a small chat in the browser, served by the process that answers."""
