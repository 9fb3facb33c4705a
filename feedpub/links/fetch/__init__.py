"""One link, fetched: robots.txt, cookies, redirects, HEAD and GET."""
