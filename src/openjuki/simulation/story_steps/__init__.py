"""What happens to the Juki family, step by step: the same functions play the story and the specs (住基家の物語; design story)."""
