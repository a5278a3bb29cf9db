"""The procedural world that the model learns from: scenes as data, the pictures drawn from them, and the words for them."""
