"""Lists of contacts as tables: ids first, rows on demand, columns to choose, filters to combine."""
