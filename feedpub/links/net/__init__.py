"""The only sockets of feedpub: sessions, connections, deadlines, name resolution, vetted addresses."""
