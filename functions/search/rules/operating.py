"""What becomes of the settings that an operator sends."""

from functions.search.model.operating import SearchSettings, SearchSettingsChange


def changed(before: SearchSettings, sent: SearchSettingsChange) -> SearchSettings:
    """Words in the form they are searched for, and each of a group once; a group of one says nothing."""
    synonyms = {
        language: [group for group in map(_once, groups) if len(group) > 1]
        for language, groups in sent.synonyms.items()
    }
    kept = {language: groups for language, groups in synonyms.items() if groups}
    return SearchSettings(synonyms=kept, boosts=sent.boosts, version=before.version + 1)


def _once(group: list[str]) -> list[str]:
    return list(dict.fromkeys(" ".join(word.casefold().split()) for word in group))
