"""What stands on the page, each part a file: from places of the document to blocks."""
