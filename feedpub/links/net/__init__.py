"""The only sockets of feedpub: sessions, connections, deadlines, names and vetted addresses."""
