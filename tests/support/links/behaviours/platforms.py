"""Video hosts, social networks and other platforms, whose pages are there for all that is gone."""

from __future__ import annotations

from support.links.behaviours.model import ALIVE, DEAD, MISSING, UNCLEAR, B, always, at, html, to

_PLAYER = '<title>{}</title><script>var ytInitialPlayerResponse = {{"responseContext":{{}},"playabilityStatus":{{"status":"{}"{}}}}};</script>'
_YOUTUBE = (("ERROR", DEAD), ("LOGIN_REQUIRED", UNCLEAR), ("UNPLAYABLE", UNCLEAR), ("OK", ALIVE))
_GONE = (
    (
        "www.youtube.com",
        "/playlist?list=PL1",
        "a playlist that is gone",
        '<title>YouTube</title><script>var ytInitialData = {"alerts":[{"alertRenderer":{"type":"ERROR","text":{"runs":[{"text":"The playlist does not exist."}]}}}]};</script>',
    ),
    (
        "vimeo.com",
        "/12345",
        "a video that is gone",
        "<title>Sorry, we couldn’t find that page</title><h1>Sorry, we couldn’t find that page</h1>",
    ),
    (
        "player.vimeo.com",
        "/video/12345",
        "a video that is gone",
        "<title>Sorry</title><h1>Sorry</h1><p>This video does not exist.",
    ),
    (
        "www.dailymotion.com",
        "/video/x1",
        "a video that is gone",
        '<title>Dailymotion</title><meta name="robots" content="noindex"><div>This video has been removed by the user.</div>',
    ),
    (
        "www.tiktok.com",
        "/@a/video/1",
        "a video that is gone",
        '<title>TikTok - Make Your Day</title><script id="__UNIVERSAL_DATA_FOR_REHYDRATION__">{"webapp.video-detail":{"statusCode":10204,"statusMsg":"item doesn\'t exist"}}</script>',
    ),
    (
        "www.bilibili.com",
        "/video/BV1",
        "a video that is gone",
        "<title>视频去哪了呢？_哔哩哔哩_bilibili</title><div class=error-text>啊叻？视频不见了？</div>",
    ),
    ("rutube.ru", "/video/1/", "a video that is gone", "<title>Видео недоступно</title><h1>Видео удалено</h1>"),
    (
        "vk.com",
        "/video1_2",
        "a video that is gone",
        "<title>Ошибка | ВКонтакте</title><div>Видеозапись была помечена модераторами или удалена.</div>",
    ),
    (
        "www.facebook.com",
        "/a/videos/1",
        "a video that is gone",
        "<title>Facebook</title><h2>This content isn't available right now</h2>",
    ),
    (
        "www.instagram.com",
        "/p/abc/",
        "a post that is gone",
        "<title>Page not found • Instagram</title><h2>Sorry, this page isn't available.</h2>",
    ),
    (
        "streamable.com",
        "/abc",
        "a video that is gone",
        "<title>Video not found - Streamable</title><h1>Oops! This video can't be found.</h1>",
    ),
    (
        "rumble.com",
        "/v1-a.html",
        "a video that is gone",
        "<title>410 Gone</title><h1>This video is no longer available</h1>",
    ),
    (
        "www.loom.com",
        "/share/1",
        "a video that is gone",
        "<title>Loom | Video not found</title><h1>This video does not exist</h1>",
    ),
    (
        "www.nicovideo.jp",
        "/watch/sm1",
        "a video that is gone",
        "<title>お探しの動画は視聴できません - ニコニコ動画</title><p>この動画は投稿者によって削除されました。",
    ),
    (
        "soundcloud.com",
        "/a/b",
        "a track that is gone",
        "<title>SoundCloud - Hear the world’s sounds</title><h1>We can’t find that track.</h1>",
    ),
    (
        "www.reddit.com",
        "/r/a/comments/1/b/",
        "a community that is banned",
        "<title>r/a: banned</title><h1>This community has been banned</h1>",
    ),
    (
        "medium.com",
        "/@a/b-1",
        "a story that is gone",
        "<title>Medium</title><h2>Page not found</h2><div>404</div><p>Out of nothing, something.",
    ),
    ("user.tumblr.com", "/post/1", "a post that is gone", "<title>Not found.</title><h1>There's nothing here.</h1>"),
    (
        "docs.google.com",
        "/document/d/1/edit",
        "a document that is gone",
        "<title>Page Not Found</title><p>Sorry, the file you have requested does not exist.</p>",
    ),
    (
        "drive.google.com",
        "/file/d/1/view",
        "a file that is gone",
        "<title>Google Drive - Page Not Found</title><p>Sorry, the file you have requested does not exist.",
    ),
    (
        "www.dropbox.com",
        "/s/1/a.pdf",
        "a file that is gone",
        "<title>Dropbox - Deleted Files</title><h1>That file isn’t here anymore</h1>",
    ),
    (
        "www.flickr.com",
        "/photos/a/1",
        "a photo that is gone",
        "<title>Flickr: 404 Not Found</title><h1>This is not the page you’re looking for.</h1>",
    ),
    (
        "www.linkedin.com",
        "/jobs/view/1",
        "a job that is gone",
        "<title>Job | LinkedIn</title><h1>No longer accepting applications</h1><h2>The job you were looking for was not found</h2>",
    ),
    (
        "t.me",
        "/a/1",
        "a post that is gone",
        "<title>Telegram: Contact @a</title><div class=tgme_widget_message_error>Post not found</div>",
    ),
    ("pastebin.com", "/abc", "a paste that is gone", "<title>Not Found (#404)</title><h1>Not Found (#404)</h1>"),
    (
        "web.archive.org",
        "/web/2019/http://a.example/",
        "a page without a copy",
        "<title>Internet Archive Wayback Machine</title><p>The Wayback Machine has not archived that URL.",
    ),
)
_THERE = (
    ("vimeo.com", "/2", "a video", "<title>Some film on Vimeo</title><h1>Some film</h1>"),
    (
        "vimeo.com",
        "/3",
        "a private video",
        "<title>Private Video on Vimeo</title><h1>Sorry, this video is private</h1>",
    ),
    (
        "www.dailymotion.com",
        "/video/x2",
        "a video",
        '<title>Some film - Dailymotion</title><meta property="og:type" content="video.other"><div id=root></div><script></script>',
    ),
    (
        "www.tiktok.com",
        "/@a/video/2",
        "a video",
        '<title>Dance | TikTok</title><script id="__UNIVERSAL_DATA_FOR_REHYDRATION__">{"webapp.video-detail":{"statusCode":0}}</script>',
    ),
    ("www.bilibili.com", "/video/BV2", "a video", "<title>视频_哔哩哔哩_bilibili</title><h1>视频</h1>"),
    ("soundcloud.com", "/a/c", "a track", "<title>Stream Some track by A | SoundCloud</title><h1>Some track</h1>"),
    ("x.com", "/a/status/1", "a page that scripts fill", "<title>X</title><div id=react-root></div><script></script>"),
    (
        "www.facebook.com",
        "/a",
        "a page that wants a login",
        "<title>Log in to Facebook</title><form action=/login><h2>Log in to Facebook</h2></form>",
    ),
    ("t.me", "/a/2", "a post", "<title>Telegram: Contact @a</title><div class=tgme_page>Hello</div>"),
)

ELSEWHERE = {
    "img.youtube.com": at({"/vi/0/0.jpg": MISSING, "/vi/9/0.jpg": MISSING}, html("", Content_Type="image/jpeg"))
}
"""The sites of other hosts, which lychee asks for videos."""

BEHAVIOURS = (
    *(
        B(
            f"is YouTube, whose player says {status}",
            person,
            always(html(_PLAYER.format("- YouTube", status, ',"reason":"Video unavailable"'))),
            (f"/watch?v={number}",),
            "www.youtube.com",
        )
        for number, (status, person) in enumerate(_YOUTUBE)
    ),
    B(
        "is YouTube, whose short is gone",
        DEAD,
        always(html(_PLAYER.format("- YouTube", "ERROR", ""))),
        ("/shorts/9",),
        "www.youtube.com",
    ),
    B(
        "is youtu.be, whose video is gone",
        DEAD,
        always(to("http://www.youtube.com/watch?v=0", 303)),
        ("/0",),
        "youtu.be",
    ),
    *(
        B("is a platform, and the thing is gone", DEAD, always(html(body)), (path,), host, variant=f"{host}, {what}")
        for host, path, what, body in _GONE
    ),
    *(
        B("is a platform, and the thing is there", ALIVE, always(html(body)), (path,), host, variant=f"{host}, {what}")
        for host, path, what, body in _THERE
    ),
    B(
        "is imgur.com, which redirects a removed picture to another",
        DEAD,
        at({"/removed.png": html("", Content_Type="image/png")}, to("http://i.imgur.com/removed.png", 302)),
        ("/abc.jpg",),
        "i.imgur.com",
    ),
)
