"""Advice quotes the scene that has run, whatever its name or its file means by now."""

import pytest

from animator import SceneError, load

WRONG = """
from torch.optim import SGD
plain = SGD(lr=0.1)
"""
ELSEWHERE = """
import os, traceback
os.chdir("..")
traceback.format_stack()  # looks for scene.py in all folders of sys.path
raise ValueError
"""


@pytest.fixture
def failure(tmp_path, monkeypatch):
    """Load a scene by its relative name; return the error's text."""

    def load_here(text, folder="here"):
        (tmp_path / folder).mkdir(exist_ok=True)
        monkeypatch.chdir(tmp_path / folder)
        (tmp_path / folder / "scene.py").write_text(text, encoding="utf-8")
        with pytest.raises(SceneError) as caught:
            load("scene.py")
        return str(caught.value)

    return load_here


def test_of_another_scene_of_the_same_name(failure):
    failure(ELSEWHERE, "there")
    assert failure(WRONG).endswith("write partial(SGD, lr=0.1)")


@pytest.mark.parametrize(
    "before",
    [
        "import os; os.chdir('..')",
        "from pathlib import Path; Path(__file__).write_text('# edited')",
        "from pathlib import Path; Path(__file__).unlink()",
    ],
)
def test_of_a_scene_whose_file_has_changed(failure, before):
    text = f"{before}\n{WRONG}".replace("0.1", "len('äπ') / 20")
    assert failure(text).endswith("write partial(SGD, lr=len('äπ') / 20)")
