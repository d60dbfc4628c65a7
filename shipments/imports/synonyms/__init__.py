"""Words that column titles and unit columns use, in six languages, as data."""
