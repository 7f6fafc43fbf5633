"""Recording a page for real: a screen, a sound card, a browser and an encoder for each task."""
