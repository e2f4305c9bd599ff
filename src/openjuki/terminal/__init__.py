"""What stands on a desk: a real reader, a card behind vpcd, a card in this process (窓口の端末, Act art. 30-44; architecture section 6)."""
