"""A running office: table of answers, duties by clock, settings, start and stop (業務サーバ)."""
