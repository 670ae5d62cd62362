"""A stage as data for the web page that plays it, and the page itself."""
