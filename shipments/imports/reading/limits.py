"""How much an uploaded spreadsheet may hold, and how much its reading may cost."""

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000
# Titles, comments and headers stand above the data and are not held against it.
ROWS_ABOVE_DATA = 25
MAX_COLUMNS = 16_384
LAST_ROW = 1_048_576
MAX_CELL_CHARACTERS = 131_072
MAX_SHEETS = 500
MAX_MERGED_RANGES = 20_000

MAX_ARCHIVE_ENTRIES = 2_000
MAX_DIRECTORY_BYTES = 1024 * 1024
MAX_INFLATED_BYTES = 400 * 1024 * 1024
# A file of equal rows packs 100 to 1; a bomb packs 1,000 to 1.
MAX_INFLATION_RATIO = 200
RATIO_MATTERS_FROM_BYTES = 20 * 1024 * 1024

# The first reader keeps a dense grid, and while it fills it a list of the cells.
DENSE_BYTES_PER_PLACE = 32
DENSE_BYTES_PER_CELL = 48
MAX_DENSE_BYTES = 245 * 1024 * 1024
# The second reader streams, but walks over every place of every row it meets.
MAX_STREAMED_PLACES = 12_000_000

CHILD_MEMORY_BYTES = 352 * 1024 * 1024
CHILD_CPU_SECONDS = 120
# Other work on a small machine may leave the child a third of a core.
CHILD_WALL_SECONDS = 300.0
CHILD_OUTPUT_BYTES = 600 * 1024 * 1024
