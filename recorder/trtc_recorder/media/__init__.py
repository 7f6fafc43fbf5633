"""Records a display and its sound: the X server, the sound server, the encoder, the files."""
