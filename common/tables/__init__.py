"""Tables that come from elsewhere, row by row: databases and workbooks; the kernel and fusion read them alike."""
