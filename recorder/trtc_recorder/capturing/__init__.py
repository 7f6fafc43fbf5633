"""Records a page: an X display, a sound server, a browser and an encoder for each task."""
