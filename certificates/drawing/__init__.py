"""Drawing for all documents: typefaces, ornaments, logos and QR codes."""
