"""Decisions about preferences."""

from functions.identity.model.preferences import Preferences, PreferencesChange


def edited(preferences: Preferences, change: PreferencesChange) -> Preferences:
    """Only what was sent changes; `quiet_hours: null` takes the quiet hours away."""
    sent = {name: getattr(change, name) for name in change.model_fields_set}
    kept = {name: value for name, value in sent.items() if value is not None or name == "quiet_hours"}
    return preferences.model_copy(update={**kept, "version": preferences.version + 1})
