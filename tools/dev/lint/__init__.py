"""The gates of `./dev lint`."""
