"""What a film looks like on paper: storyboards, contact sheets, shot lists, and takes side by side."""
