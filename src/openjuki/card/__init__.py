"""The resident's card: commands, files, PINs, areas, life cycle, printed face (住民基本台帳カード, Act art. 30-44). Sans-I/O."""
