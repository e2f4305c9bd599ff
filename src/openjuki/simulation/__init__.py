"""A country in one process, and seeded worlds with faults (模擬国)."""
