"""What each office has in hand: tables, outbox, store (市町村長, 都道府県知事, 指定情報処理機関)."""
