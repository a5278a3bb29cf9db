"""From words to shots: what a screenplay needs, who plays it, and how every scene is covered."""
