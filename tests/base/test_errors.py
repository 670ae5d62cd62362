"""Errors say what is wrong in one line."""

from animator import SceneError


def test_an_error_s_text_is_one_line_and_bounded():
    assert str(SceneError("SGD (\n    lr: 0.1\n); give a partial")) == (
        "SGD ( lr: 0.1 ); give a partial"
    )
    assert len(str(SceneError("x" * 5000))) < 1000
