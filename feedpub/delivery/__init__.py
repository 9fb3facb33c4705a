"""What comes after a build: web servers' configurations, the preview server, and WebSub."""
