"""Evaluation to mail: sentences, pictures, text and HTML. Nothing here sends."""
