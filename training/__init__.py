"""How the reading model is made, from the installed embedding model and question-answering data."""
