#!/usr/bin/env python3
"""Starts a program on a terminal, waits for what it draws, and quits it: draws.py PROGRAM WORDS

It is started as `demo`, where there is nothing else: root changes into a folder that holds it and a /tmp alone, anybody else
gives it an empty home. WORDS must be drawn within 20 s, and once `q` is pressed it must end with 0 within as long. No other check
of a release starts it on a terminal, where a static program can fail by itself.
"""

import contextlib
import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time

SECONDS = 20
# Colours, moves of the cursor, titles and questions: all that is not text.
ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(?:\x07|\x1b\\)|[ -/]*[0-OQ-WYZ`-~])", re.DOTALL)


def resize(terminal, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


def start(program, folder):
    """Starts a copy of it in the folder, and returns its process and its terminal."""
    shutil.copy(program, folder / "nmp-console")
    (folder / "tmp").mkdir()  # all that the demo needs, for the data of its platform
    child, terminal = pty.fork()
    if child:
        return child, terminal
    try:
        resize(0, 80)
        if os.geteuid() == 0:
            os.chroot(folder)
            folder = pathlib.Path("/")
        os.chdir(folder)
        os.execve("./nmp-console", ["nmp-console", "demo"], {"HOME": str(folder), "TERM": "xterm-256color"})
    except OSError as error:
        print(error)
    finally:
        os._exit(127)


def read(terminal, told, is_enough):
    """Adds what is drawn to what was told; returns whether that was enough before it ended or the time was over."""
    deadline, columns = time.monotonic() + SECONDS, 80
    while not is_enough(told):
        if time.monotonic() > deadline:
            return False
        if not select.select([terminal], [], [], 0.5)[0]:
            # Of words that change only the letters are drawn that do; all are, when the terminal has another size.
            columns ^= 1
            resize(terminal, columns)
            continue
        try:
            drawn = os.read(terminal, 65536)
        except OSError:  # nobody has it open any more
            return False
        told += drawn
    return True


def has_ended(child):
    """Waits until the process has ended, and returns its exit code, or None if the time is over."""
    with contextlib.closing(os.fdopen(os.pidfd_open(child), "rb", 0)) as process:
        if not select.select([process], [], [], SECONDS)[0]:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main():
    program, words = sys.argv[1:]
    told = bytearray()
    with tempfile.TemporaryDirectory() as folder:
        child, terminal = start(program, pathlib.Path(folder))
        is_drawn = read(terminal, told, lambda told: words.encode() in ESCAPES.sub(b"", told))
        if is_drawn:
            os.write(terminal, b"q")
            read(terminal, bytearray(), lambda _: False)
        else:
            # It may be there and have drawn something else.
            os.kill(child, signal.SIGKILL)
        code = has_ended(child)
        os.close(terminal)
    if not is_drawn:
        sys.exit(f"it does not draw '{words}' on a terminal: {ESCAPES.sub(b'', told).decode(errors='replace').strip()[-400:]}")
    if code != 0:
        sys.exit(f"it does not end by q: {code if code is not None else f'it runs on after {SECONDS} s'}")
    print(f"on a terminal it draws '{words}', and ends by q")


if __name__ == "__main__":
    main()
