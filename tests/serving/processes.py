"""What Linux says about processes in /proc."""

from pathlib import Path


def list_children(parent: int) -> dict[int, list[str]]:
    """Return the command of each running child of a process, by its number."""
    children = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, its_parent = read_state(int(folder.name))
            if its_parent == parent and state != "Z":
                children[int(folder.name)] = (folder / "cmdline").read_text().split("\0")
        except OSError:  # it has just ended
            continue
    return children


def read_state(pid: int) -> tuple[str, int]:
    """Return the letter of a process's state, and the number of its parent."""
    state, parent, *_rest = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return state, int(parent)


def is_running(pid: int) -> bool:
    """Return whether a process exists and is more than a status for its parent to read."""
    try:
        return read_state(pid)[0] != "Z"
    except OSError:
        return False


def count_threads(pid: int) -> int:
    """Return the number of threads of a process, 0 if it has ended."""
    folder = Path(f"/proc/{pid}/task")
    return len(list(folder.iterdir())) if folder.exists() else 0


def count_sockets(pid: int) -> int:
    """Return the number of sockets that a process has open."""
    count = 0
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            count += descriptor.readlink().name.startswith("socket:")
        except OSError:  # it has just been closed
            continue
    return count
