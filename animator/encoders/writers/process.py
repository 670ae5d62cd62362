"""Sends data to an encoder process, and reports its exit status and last message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO
from weakref import finalize

from animator.base.errors import WriteError

_QUEUE_SIZE = 8
"""The most pieces of data that wait for the process to read them."""
_PIPE_SIZE = 1 << 20
"""The size of the pipe to the process in bytes, if the system lets us set it."""
_NEW_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows only


class Process:
    """A program that reads data from its standard input and writes a file."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start the program in its own process group; only this process gets Ctrl-C.

        Raises:
            WriteError: the program does not exist or cannot run.
        """
        self._name = Path(command[0]).stem.partition("-")[0]
        self._log = tempfile.TemporaryFile()
        try:
            self._process = _start(command, self._log)
        except BaseException:
            self._log.close()
            raise
        try:
            self._set_up()
        except BaseException:
            _kill(self._process)
            raise

    def _set_up(self) -> None:
        """Set up the pipe to the process, and start the thread that writes to it."""
        finalize(self, _kill, self._process)  # it never outlives this object
        assert self._process.stdin is not None
        self._pipe = self._process.stdin
        _enlarge(self._pipe)
        self._queue: Queue[bytes | None] = Queue(_QUEUE_SIZE)
        self._broken = False
        self._writer = Thread(target=self._write, daemon=True)
        self._writer.start()

    def send(self, data: bytes) -> None:
        """Queue data for the process, without waiting until it reads them.

        Raises:
            OSError: the process has ended; the message contains its last line.
        """
        self._queue.put(data)
        if self._broken:
            self._process.wait()
            raise OSError(self._error_message())

    def _write(self) -> None:
        """Write queued data to the pipe until None arrives; runs in its own thread."""
        while (data := self._queue.get()) is not None:
            rest = memoryview(data)
            try:
                while rest and not self._broken:
                    rest = rest[self._pipe.write(rest) :]
            except OSError:
                self._broken = True

    def close(self) -> None:
        """Signal the end of the data, and wait until the process ends.

        Raises:
            OSError: the process failed; the message contains its last line.
        """
        self._stop()
        self._process.wait()
        # On a full disk, ffmpeg 4 prints an error as it closes its file, but returns 0.
        if self._process.returncode != 0 or self._log.seek(0, os.SEEK_END):
            raise OSError(self._error_message())
        self._log.close()

    def abort(self) -> None:
        """Stop the process at once."""
        self._process.kill()
        self._stop()
        self._process.wait()
        self._log.close()

    def _stop(self) -> None:
        """End the thread that writes to the pipe, and close the pipe."""
        self._queue.put(None)
        self._writer.join()
        with suppress(OSError):  # Windows: the process ended before it read all data
            self._pipe.close()

    def _error_message(self) -> str:
        """Return an error message with the last line that the process wrote."""
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        status = self._process.returncode
        if status < 0:
            return f"{self._name} was ended by {signal.Signals(-status).name}"
        last = lines[-1] if lines else "it gave no reason"
        return f"{self._name} stopped with status {status}: {last}"


def _start(command: Sequence[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a program; if a signal arrives meanwhile, end it again.

    Raises:
        WriteError: the program does not exist or cannot run.
    """

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
            bufsize=0,
            start_new_session=True,
            creationflags=_NEW_GROUP,
        )

    # Signals interrupt only the main thread.
    with ThreadPoolExecutor(1) as other:
        starting = other.submit(start)
        try:
            return starting.result()
        except OSError as error:
            raise WriteError(
                f"{command[0]}: {error.strerror}; the clip needs this program, "
                "reinstall imageio-ffmpeg"
            ) from error
        except BaseException:
            _kill(starting.result())
            raise


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _enlarge(pipe: IO[bytes]) -> None:
    """Enlarge a pipe to hold most of a frame, so that its ends wait less often."""
    if sys.platform == "linux":
        with suppress(ImportError, OSError):  # the system's limit is lower
            import fcntl

            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
