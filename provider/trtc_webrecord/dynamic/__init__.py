"""The dynamic provider: `WebRecording` for programs in Python."""
