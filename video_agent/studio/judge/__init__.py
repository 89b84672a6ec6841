"""The judge: measures decoded frames and samples; it gets nothing but the bytes and the words."""
