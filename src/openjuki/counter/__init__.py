"""The window in the browser: pages of the municipality's counter and the prefecture's desk (窓口の画面; architecture section 6)."""
