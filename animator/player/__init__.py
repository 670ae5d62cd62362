"""Converts a stage to data for the web page that plays it; `page/` has the page."""
