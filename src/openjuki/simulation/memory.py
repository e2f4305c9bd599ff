"""How much memory this process has needed (使用メモリ; promise X4)."""

from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_mb(status: Path = _STATUS) -> float:
    """Most resident memory so far, in MB (10**6 bytes), as the kernel counts it; 0 where there is no /proc."""
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(line.split()[1]) * 1024 / 1e6, 1)
