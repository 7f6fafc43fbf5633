"""The process that makes one recording: it joins `browser`, `media` and `report`."""
