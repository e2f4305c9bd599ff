"""How two offices talk: frames, codec, directory, seals, links (電気通信回線, Act art. 30-5(2), 30-7)."""
