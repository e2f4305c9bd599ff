"""What is recorded: codes, dates, names, addresses, resident record, identity, change (住民基本台帳, Act art. 5-7). Pure."""
