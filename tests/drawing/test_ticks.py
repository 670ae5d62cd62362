import pytest
from matplotlib.figure import Figure

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
