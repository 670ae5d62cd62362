"""SVG: one picture as vector graphics, for papers and the web."""

from animator.encoders.format import Format, VectorStill
from animator.encoders.option import NoOptions

FORMAT = Format(
    name="svg",
    mime="image/svg+xml",
    use="papers, web",
    options=NoOptions,
    still=VectorStill("svg", omitted="Date"),
    transparent=True,
    rank=7,
)
