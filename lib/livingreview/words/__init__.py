"""Names of statistics, reasons and problems by code, and the language they are said in."""
