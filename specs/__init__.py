"""The promises as scenarios (仕様)."""
