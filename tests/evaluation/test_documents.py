"""Where evidence stands in the texts of an index."""

from __future__ import annotations

from evaluation.documents import DocumentTexts, Place
from vectorstore.schema import Document, Passage, Sentence


def _passage(start: int, text: str) -> Passage:
    end = start + len(text)
    return Passage(
        f"p{start}", "d", "report.md", start, end, text, "zh", (), "body", 1, (Sentence(start, end),), None, None
    )


FILE = Document("d", "report.md", "九秒。\n\n共 214 個。共 214 個。", "hash")


def test_every_place_of_a_piece_of_evidence_is_found_in_the_file() -> None:
    found = DocumentTexts([], [FILE]).find("共 214 個")
    assert found == (Place("report.md", 5, 12), Place("report.md", 13, 20))


def test_without_the_file_the_passages_tell_and_offsets_stay_true() -> None:
    texts = DocumentTexts([_passage(13, "共 214 個。"), _passage(0, "九秒。")])
    assert texts.find("214 個") == (Place("report.md", 15, 20),)
    assert texts.find("九秒。 共") == (Place("report.md", 0, 14),)
    assert texts.text(Place("report.md", 0, 3)) == "九秒。"


def test_evidence_copied_with_its_bullet_or_emphasis_is_found_where_only_passages_tell() -> None:
    texts = DocumentTexts([_passage(2, "共 214 個。"), _passage(13, "MA Lai, Amy")])
    assert texts.find("- 共 214 個。") == (Place("report.md", 2, 10),)
    assert texts.find("**MA Lai,\nAmy**") == (Place("report.md", 13, 24),)
    assert DocumentTexts([], [FILE]).find("-") == ()


def test_evidence_is_found_where_a_line_is_broken_in_a_chinese_word() -> None:
    broken = Document("d", "report.md", "水上\n設施只在五月供水。", "hash")
    assert DocumentTexts([], [broken]).find("水上設施只在五月") == (Place("report.md", 0, 9),)


def test_evidence_that_is_nowhere_has_no_place() -> None:
    assert DocumentTexts([], [FILE]).find("共 215 個") == ()


def test_a_document_that_is_not_in_the_index_has_no_text() -> None:
    assert DocumentTexts([], [FILE]).text(Place("other.md", 0, 1)) is None


def test_places_overlap_where_they_share_a_code_point() -> None:
    place = Place("a", 5, 10)
    assert place.overlaps(Place("a", 9, 12))
    assert not place.overlaps(Place("a", 10, 12))
    assert not place.overlaps(Place("a", 0, 5))
    assert not place.overlaps(Place("b", 5, 10))
