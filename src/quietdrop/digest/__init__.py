"""Check-ins -> subject, text, HTML and pictures. Nothing here sends or reads a clock."""
