"""What was seen of a page while it was recorded, and what it means for a recording by TRTC."""
