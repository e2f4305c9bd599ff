"""How much memory this process needs, and has needed (使用メモリ; promise X4)."""

import resource
from pathlib import Path

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def peak_mb(status: Path = _STATUS) -> float:
    """Most resident memory so far, in MB (10**6 bytes), as the kernel counts it; 0 where there is no /proc."""
    return _mb("VmHWM", status)


def helpers_mb() -> float:
    """Most resident memory of any process that this one started and that has ended, in MB (10**6 bytes)."""
    return round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6, 1)


def resident_mb(status: Path = _STATUS) -> float:
    """Resident memory now, in MB (10**6 bytes); 0 where there is no /proc."""
    return _mb("VmRSS", status)


def forget_peak(forgetting: Path = _CLEAR) -> None:
    """Let the peak begin anew from what is resident now (proc(5), clear_refs 5); without that file nothing happens."""
    if forgetting.exists():
        forgetting.write_text("5")


def _mb(name: str, status: Path) -> float:
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith(name))
    return round(int(line.split()[1]) * 1024 / 1e6, 1)
