"""OpenJuki: software of every office of a resident register network (住民基本台帳ネットワーク, Act of 1967 No. 81)."""
