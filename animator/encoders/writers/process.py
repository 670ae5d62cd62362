"""Talks to a process that encodes beside us, and finds out how it ended."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Queue
from threading import Thread
from typing import Any
from weakref import finalize

from animator.base.errors import WriteError


def _started(command: Sequence[str], **how: Any) -> subprocess.Popen[bytes]:
    """Start a program; what interrupts us meanwhile does not leave it behind.

    Raises:
        WriteError: there is no such program, or it cannot be run.
    """
    # Signals interrupt the main thread only.
    with ThreadPoolExecutor(1) as other:
        starting = other.submit(lambda: subprocess.Popen(command, **how))
        try:
            return starting.result()
        except OSError as error:
            raise WriteError(
                f"{command[0]}: {error.strerror}; it should write the clip"
            ) from error
        except BaseException:
            _kill(starting.result())
            raise


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


_AHEAD = 8
"""How many pieces of data may wait to be read."""


class Process:
    """A program that takes data on its standard input and writes a file."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str] | None = None
    ) -> None:
        """Start it. Ctrl-C is ours to handle: it does not reach the process."""
        self._name = command[0].rpartition("/")[2].partition("-")[0]
        self._log = tempfile.TemporaryFile()
        try:
            self._process = _started(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                bufsize=0,
                env=env,
                start_new_session=True,
            )
        except BaseException:
            self._log.close()
            raise
        try:
            self._set_up()
        except BaseException:
            _kill(self._process)
            raise

    def _set_up(self) -> None:
        """Have a pipe to it, and a thread that fills that."""
        finalize(self, _kill, self._process)  # however we end, it ends too
        assert self._process.stdin is not None
        self._pipe = self._process.stdin
        # A wider pipe holds most of a frame: both ends wait for each other less.
        if hasattr(fcntl, "F_SETPIPE_SZ"):  # Linux only
            with suppress(OSError):  # more than this system allows
                fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, 1 << 20)
        self._queue: Queue[bytes | None] = Queue(_AHEAD)
        self._broken = False
        self._writer = Thread(target=self._write, daemon=True)
        self._writer.start()

    def send(self, data: bytes) -> None:
        """Hand on some data, without waiting until it is read.

        Raises:
            OSError: the process has ended; says what it complained of.
        """
        self._queue.put(data)
        if self._broken:
            self._process.wait()
            raise OSError(self._complaint())

    def _write(self) -> None:
        """Write what is sent, in a thread of its own, until None comes."""
        while (data := self._queue.get()) is not None:
            rest = memoryview(data)
            try:
                while rest and not self._broken:
                    rest = rest[self._pipe.write(rest) :]
            except OSError:
                self._broken = True

    def close(self) -> None:
        """Tell it that this was all, and wait until it is done.

        Raises:
            OSError: it failed; says what it complained of.
        """
        self._stop()
        self._process.wait()
        # ffmpeg 4 complains of a full disk when it closes its file, and ends with 0.
        if self._process.returncode != 0 or self._log.seek(0, os.SEEK_END):
            raise OSError(self._complaint())
        self._log.close()

    def abort(self) -> None:
        """Stop it at once."""
        self._process.kill()
        self._stop()
        self._process.wait()
        self._log.close()

    def _stop(self) -> None:
        self._queue.put(None)
        self._writer.join()
        self._pipe.close()

    def _complaint(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        status = self._process.returncode
        if status < 0:
            return f"{self._name} was ended by {signal.Signals(-status).name}"
        return (
            f"{self._name} stopped with status {status}: "
            f"{lines[-1] if lines else 'it said nothing'}"
        )
