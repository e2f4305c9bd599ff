"""Seeded worlds: the real node code on simulated clock, network, disk and executor, with faults (模擬世界; promise X5)."""
