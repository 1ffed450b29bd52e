"""What serving keeps."""
