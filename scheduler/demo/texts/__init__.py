"""Messages, the carrier that takes them, and what people write back."""
