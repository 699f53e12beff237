"""Who works when, who comes when, and the life of each visit."""
