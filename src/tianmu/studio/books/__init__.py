"""A film as something to read: a storyboard book (PDF), an illustrated book (EPUB), a photo-comic (PNG pages).

moments   which frames tell a shot, or a line of it
album     those frames, chosen in one pass over the cut and kept as files while a book is made
places    where the actors stand in them
script    the screenplay with the place of every picture in it
book, epub, comic   the three forms
"""
