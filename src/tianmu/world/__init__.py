"""The procedural world that the model learns from: scenes as data, how they are drawn, and the words for them."""
