"""Pure measures on decoded frames and samples: arrays in, numbers out, no files.

Luma planes are uint8 with limited range (16 black to 235 white), shape (height, width). Chroma
planes are uint8 around 128. Sample blocks are float arrays of shape (samples, channels), full scale
1.0. Times are seconds, lengths are shares of the picture's height unless a name says otherwise.
"""
