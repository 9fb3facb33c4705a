"""The fetch of one link: robots.txt, cookies, redirects, HEAD and GET."""
