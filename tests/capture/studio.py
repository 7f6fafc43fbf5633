"""The names by which tests/fidelity knows the service that records."""

from capture.recording_service import RecordingService as LocalStudio
from capture.recording_service import recording_service as local_studio

__all__ = ["LocalStudio", "local_studio"]
