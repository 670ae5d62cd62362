"""Texts: prices and formulas, cut where they differ, wrapped between words."""

import pytest
from matplotlib.cbook import is_math_text
from matplotlib.figure import Figure

from animator.base.errors import RenderWarning
from animator.drawing.cut_texts import warn_cut
from animator.drawing.text import (
    Label,
    fit_text,
    sanitize,
    text_width,
)
from animator.drawing.wrapping import wrap_text


def label(text):
    made = Label(text, size=12)
    Figure().add_artist(made)
    return made


def test_prices_are_no_formulas():
    assert sanitize("$5 and $6") == r"\$5 and \$6"
    assert sanitize("$x$ costs $5") == r"$x$ costs \$5"
    assert not is_math_text(sanitize("from $5-$6"))


def test_labels_that_differ_at_their_end_stay_different():
    texts = [f"a long label with many words, variant {n}" for n in range(3)]
    labels = [label(text) for text in texts]
    for one in labels:
        fit_text(one, 120, apart=[text for text in texts if text != one.full])
        assert text_width(one) <= 120 and "…" in one.get_text()
    assert len({one.get_text() for one in labels}) == 3
    with pytest.warns(RenderWarning, match="and 2 other texts had to be cut"):
        warn_cut(labels)


def test_a_formula_is_never_cut_to_its_source():
    one = label(r"$\eta=10^{-1}$, $\beta_1=0.9$, $\beta_2=0.999$")
    for room in (150, 100, 60, 20):
        fit_text(one, room)
        shown = one.get_text()
        assert "$" not in shown or is_math_text(shown)


def test_captions_wrap_between_words():
    words = "Here the momentum has carried the point across the valley"
    one = label(words)
    assert wrap_text(one, 220) == 2
    assert one.get_text().replace("\n", " ") == words and text_width(one) <= 220
    assert wrap_text(one, 2000) == 1 and one.get_text() == words


def test_titles_that_differ_in_their_middle_stay_different():
    texts = [f"{'the same beginning ' * 2}{n}{' and the same end' * 2}" for n in "12"]
    shown = []
    for one in map(label, texts):
        fit_text(one, 90, apart=texts)
        assert text_width(one) <= 90
        shown.append(one.get_text())
    assert "1" in shown[0] and "2" in shown[1]


def test_what_is_left_out_is_said():
    one = label("…")
    one.omission = "the legend leaves out 3 settings"
    with pytest.warns(RenderWarning, match="out 3 settings; give fewer settings"):
        warn_cut([one, label("in full")])
