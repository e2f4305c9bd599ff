"""One file per command (操作命令)."""
