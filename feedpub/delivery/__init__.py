"""The delivery of the output: web server configurations, the preview server, and WebSub."""
