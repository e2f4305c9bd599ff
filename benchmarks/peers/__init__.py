"""The named peers: the same question over gRPC and over HTTPS, and the same rows in PostgreSQL (比較対象)."""
