import pytest
from matplotlib.figure import Figure

from animator.drawing.tick_texts import tick_texts
from animator.drawing.ticks import fit_axis


@pytest.mark.parametrize("height", [0.3, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("ends", [(1.6e-11, 13.0), (2e-4, 3.0), (1.2, 4.5)])
def test_numbers_on_a_low_logarithmic_axis_lie_in_its_range(height, ends):
    ax = Figure(figsize=(4, height)).add_axes((0, 0, 1, 1))
    ax.set(yscale="log", ylim=ends)
    ax.tick_params(labelsize=10)
    fit_axis(ax, ax.yaxis)
    ticks = ax.yaxis.get_majorticklocs()
    assert len(ticks)
    assert all(0.999 * ends[0] <= tick <= 1.001 * ends[1] for tick in ticks)
    texts = [text.get_text() for text in ax.yaxis.get_majorticklabels()]
    assert len(set(texts)) == len(ticks)


@pytest.mark.parametrize("ends", [(3.0000001e-7, 1.3e-6), (2, 9), (1.1, 1.2)])
def test_less_than_a_decade_has_three_numbers(ends):
    ax = Figure(figsize=(4, 0.8)).add_axes((0, 0, 1, 1))
    ax.set(yscale="log", ylim=ends)
    ax.tick_params(labelsize=8)
    fit_axis(ax, ax.yaxis)
    texts = [text.get_text() for text in ax.yaxis.get_majorticklabels()]
    assert len(set(texts)) >= 3
    for tick, text in zip(ax.yaxis.get_majorticklocs(), texts, strict=True):
        assert float(text.replace("−", "-")) == pytest.approx(tick, rel=0.01)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([-1, -0.9, -0.07, 1, 5], ["−1", "−0.9", "−0.07", "1", "5"]),
        ([1e-4, 1e4, 1e12], ["1e−4", "1e4", "1e12"]),
        ([0.01, 1, 100], ["0.01", "1", "100"]),
        ([0, 0.5, 1], ["0.0", "0.5", "1.0"]),
    ],
)
def test_numbers_of_an_uneven_scale_have_their_own_digits(values, texts):
    assert tick_texts(values) == (texts, "")


def test_numbers_that_are_nearly_powers_of_ten_are_told_apart():
    ax = Figure(figsize=(4, 3)).add_axes((0, 0, 1, 1))
    ax.set(yscale="log", ylim=(1e6, 1e6 + 0.7))
    ax.tick_params(labelsize=10)
    fit_axis(ax, ax.yaxis)
    texts = [text.get_text() for text in ax.yaxis.get_majorticklabels()]
    assert len(set(texts)) == len(texts) > 2
    assert ax.yaxis.get_major_formatter().get_offset() == "+1e6"
