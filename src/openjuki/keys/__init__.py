"""Signing and verifying behind one door, software keys first (署名鍵, architecture section 2)."""
