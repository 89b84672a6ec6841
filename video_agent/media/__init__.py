"""Files of picture and sound: probe, verify, measure, thumbnails, mux.

PyAV and OpenCV live here and load on use.
"""
