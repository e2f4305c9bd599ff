"""`python -m openjuki` is the command `openjuki` (コマンド; architecture section 7)."""

from openjuki.cli.main import main

main(prog_name="openjuki")
