"""Uploaded pictures: decoding them within bounds, reading QR codes from them, removing what they tell about place and camera."""
