"""Side-by-side measurements against named peers, in the same run and interleaved (性能比較)."""
