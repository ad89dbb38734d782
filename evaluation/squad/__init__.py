"""Question-answering data in SQuAD's format (SQuAD, XQuAD, CMRC, DRCD): how outsiders compare assistants."""
