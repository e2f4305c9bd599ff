"""What prefecture and centre hold: identity confirmation information and nothing else (本人確認情報, Act art. 30-5, 30-11)."""
