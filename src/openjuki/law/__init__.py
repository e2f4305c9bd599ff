"""What is allowed: kinds of office, routes, purposes, field and key sets, limits, the decision (法別表, Act art. 30-6 to 30-10). Pure."""
