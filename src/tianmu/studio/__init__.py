"""The studio: from a request to a take that is kept, with the recipe to make it again."""
