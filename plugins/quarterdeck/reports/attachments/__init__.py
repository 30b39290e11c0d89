"""Files beside a report's text: its tables as CSV and XLSX, the whole edition as PDF."""
