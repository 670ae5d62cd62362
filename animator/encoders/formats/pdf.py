"""PDF: one picture as vector graphics, for papers."""

from animator.encoders.format import Format, VectorStill
from animator.encoders.option import NoOptions

FORMAT = Format(
    name="pdf",
    mime="application/pdf",
    use="papers",
    options=NoOptions,
    still=VectorStill("pdf", omitted="CreationDate"),
    transparent=True,
    rank=8,
)
