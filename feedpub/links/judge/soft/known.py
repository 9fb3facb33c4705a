"""The signs of dead pages: words of paths, parkers, walls and platforms.

The words of titles are in :mod:`feedpub.links.judge.soft.titles`. Sources of the facts:

- parkers and marketplaces of domains: Zirngibl, Deusch, Sattler, Aulbach, Carle and Jonker, "Domain
  Parking: Largely Present, Rarely Considered!", TMA 2022; Vissers, Joosen and Nikiforakis, "Parking
  Sensors", NDSS 2015;
- the landing page of GoDaddy's parked domains, which loads ``parking-lander``; that of Sedo, which
  names ``sedoParkingUrl``; Google's script for the ads of parked domains, ``domains/caf.js``
  (https://support.google.com/adsense/answer/1727187);
- the pages of parked domains of Bodis and others: the lists of placeholders that keepers of lists
  of sites share (``window.park``, ``data-adblockkey``, ``/_pp``); the hosts ``ww1.`` to ``ww99.``
  and the query ``caf=1``, to which their servers redirect;
- ``/cgi-sys/suspendedpage.cgi`` and ``/cgi-sys/defaultwebpage.cgi`` of cPanel;
- the pages that keep programs out: the scripts of Cloudflare, Imperva, DataDome, PerimeterX, AWS
  WAF, Anubis, Sucuri and DDoS-Guard, as their documentation names them;
- other video hosts: the extractors of yt-dlp, which read the same pages;
- the player of YouTube, whose page says ``playabilityStatus`` (issues lychee#1772 and
  broken-link-checker#237; ``ERROR`` stands for removed videos, ``LOGIN_REQUIRED`` for private ones
  and for a check of programs).
"""

from __future__ import annotations

import re
from typing import Final

LOGIN_WORDS: Final = frozenset(
    "login log-in log_in logon signin sign-in sign_in wp-login auth oauth sso authorize anmelden anmeldung einloggen"
    " connexion se-connecter identification iniciar-sesion acceder acceso entrar iniciar-sessao accedi accesso inloggen"
    " logga-in logg-inn log-ind kirjaudu zaloguj logowanie prihlaseni prihlasenie bejelentkezes autentificare giris"
    " dang-nhap masuk subscribe signup sign-up register paywall authwall".split()
)
CONSENT_WORDS: Final = frozenset(
    "consent cookie-consent cookieconsent cookiewall cookie-wall gdpr dsgvo rgpd privacy-consent privacygate"
    " privacy-gate privacy-wall eu-privacy guce collectconsent geoblock geo-block region-blocked zustimmung"
    " not-available-in-your-region unavailable-in-your-region agegate age-gate age-verification altersfreigabe".split()
)
SEARCH_WORDS: Final = frozenset(
    "search searchresults search-results search-result suche suchergebnisse recherche rechercher busqueda buscar"
    " buscador busca pesquisa ricerca cerca zoeken sok haku szukaj wyszukiwarka hledat hladat kereses cautare ara arama"
    " poisk tim-kiem pencarian find results resultats".split()
)
SEARCH_FIELDS: Final = frozenset("s q k query search searchterm search_query keyword keywords term text".split())
"""The names of the fields in which searches have what was looked for."""
ERROR_WORDS: Final = frozenset(
    "404 410 error404 404error error-404 404-error err404 error errors err notfound not-found pagenotfound filenotfound"
    " pagenotfounderror missing gone removed deleted expired unavailable inactive broken-link fehler fehlerseite erreur"
    " introuvable page-introuvable page-404 404-page content-not-available article-removed"
    " no-encontrado no-encontrada nao-encontrado nao-encontrada non-trovato non-trovata"
    " niet-gevonden errore erro foutpagina blad chyba oops sorry".split()
)
"""The words for what does not exist, as names of pages, and as fields and values of a query."""
LIST_WORDS: Final = frozenset(
    "tag tags category categories topic topics archive archives section sections label sitemap kategorie kategorien"
    " categorie categoria rubrik rubrique thema themen tema etiqueta".split()
)
"""The first words of paths to lists of articles."""
STANDING_WORDS: Final = frozenset(
    "terms policy privacy about contact imprint legal team plan plans price prices pricing conditions service".split()
)
"""The words of pages that are not articles."""
HOME_WORDS: Final = frozenset(
    "index default home homepage main start startseite hauptseite accueil inicio welcome portada etusivu".split()
)

PARKERS: Final = frozenset(
    "sedo.com sedoparking.com dan.com undeveloped.com afternic.com hugedomains.com parkingcrew.net parkingcrew.com"
    " bodis.com bodiscdn.com parklogic.com skenzo.com ztomy.com uniregistry.com buydomains.com domainmarket.com"
    " brandbucket.com squadhelp.com atom.com namedrive.com cashparking.com smartname.com fabulous.com rookmedia.net"
    " trafficz.com dsredirection.com perfectdomain.com domainnameshop.com above.com voodoo.com domainsponsor.com"
    " parkingspa.com searchhounds.com".split()
)
"""The domains of parkers and marketplaces. A redirect from elsewhere to one is a sale."""

PARKED_MARKS: Final = (
    b"img1.wsimg.com/parking-lander",
    b"window.LANDER_SYSTEM=",
    b'_trfd.push({ap:"parking"})',
    b'window.location.href="/lander"',
    b'window.park="ey',
    b'window.park = "ey',
    b"sedoParkingUrl",
    b"sedoparking.com/",
    b"sedo.com/services/parking.php",
    b"sedo.com/search/",
    b"parking.bodiscdn.com",
    b"parkingcrew.net/",
    b"static.above.com/",
    b"above.com/marketplace/",
    b"parkingpage.namecheap.com",
    b"afternic.com/forsale/",
    b"uniregistry.com/static/parking",
    b"/parking/dns/",
    b"/parking.php?ses=",
    b"cdn-fileserver.com/bping.php",
)
"""Texts in the pages of parked domains, and in no other short page."""
PARKED_SIGNS: Final = (b"google.com/adsense/domains/caf.js", b"<html data-adblockkey=", b'<a href="/_pp">')
"""Texts in the pages of parked domains, and in few others."""
PARKED_PATHS: Final = ("/lander", "/cgi-sys/suspendedpage.cgi", "/cgi-sys/defaultwebpage.cgi")
"""The paths of pages to which the servers of parked and suspended domains redirect."""
PARKED_HOST: Final = re.compile(r"ww[0-9]{1,2}")
"""The first label of hosts to which the servers of parked domains redirect."""
PARKED_FIELDS: Final = frozenset(("caf", "subid1", "sub1"))

GONE_MARKS: Final = (
    'name="prerender-status-code" content="404"',
    'name="prerender-status-code" content="410"',
    '"page":"/_error"',
    '"page":"/404"',
    '"statusCode":404',
)
"""Marks for machines in pages that do not exist: of prerender.io and Next.js."""
GONE_CLASS: Final = re.compile(
    r"<body\s[^<>]{0,500}?class=[\"'][^\"'<>]{0,900}?\b(error-?404|page-?404|http-?404|error-page-404|page-not-found)\b",
    re.IGNORECASE,
)
"""The same of WordPress, Drupal and themes."""
GONE_CODES: Final = re.compile(r"<Code>NoSuch(?:Key|Bucket|Website\w*)</Code>|<Code>BlobNotFound</Code>")
"""The errors of stores of objects."""

WALL_MARKS: Final = (
    b"/cdn-cgi/challenge-platform/h/",
    b"window._cf_chl_opt",
    b"_Incapsula_Resource?CWUDNSAI=",
    b"captcha-delivery.com/",
    b'id="px-captcha"',
    b"id=px-captcha",
    b"token.awswaf.com/challenge.js",
    b"captcha.awswaf.com/",
    b"id=anubis_challenge",
    b'id="anubis_challenge"',
    b"sucuri_cloudproxy_js",
    b"/.well-known/ddos-guard/js-challenge",
    b"g-recaptcha",
    b"h-captcha",
    b"cf-turnstile",
)
"""Texts in short pages that keep programs out."""
WALL_TITLES: Final = re.compile(
    "access denied|are you a robot|you are being redirected|please enable cookies|attention required! cloudflare"
    "|just a moment|security check(?:point)?|human verification|access to this page has been denied"
    "|making sure you're not a bot|please enable js and disable any ad blocker|verify you are human"
    "|pardon our interruption"
)
"""Titles and headings of the same, which others may have, too."""

VIDEO_HOSTS: Final = frozenset(("youtube.com", "youtu.be", "youtube-nocookie.com"))
VIDEO_GONE: Final = (b'"playabilityStatus":{"status":"ERROR"',)
"""Texts in the pages of removed videos."""
PLATFORM_GONE: Final = {
    "youtube.com": '"The playlist does not exist."',
    "vimeo.com": "This video does not exist|find that page",
    "dailymotion.com": "has been removed by the (?:user|author)|video is no longer available",
    "tiktok.com": '"statusCode":102(?:04|15|16)\\b',
    "bilibili.com": "视频去哪了呢|视频不见了",
    "rutube.ru": "Видео (?:недоступно|удалено|не найдено)",
    "vk.com": "Видеозапись (?:была )?(?:помечена модераторами|удалена|недоступна)",
    "facebook.com": "This content isn't available",
    "instagram.com": "Sorry, this page isn't available",
    "nicovideo.jp": "お探しの動画は視聴できません|削除された動画",
    "soundcloud.com": "We can.t find that track",
    "dropbox.com": "file isn.t here anymore|Deleted Files",
    "t.me": "tgme_widget_message_error",
    "linkedin.com": "job you were looking for was not found|No longer accepting applications",
    "archive.org": "has not archived that URL",
}
"""Patterns in the pages of platforms for what is gone."""
