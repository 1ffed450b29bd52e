"""What fusion keeps."""
