"""The signs of dead pages: words of paths, titles in many languages, and domain parkers.

Sources of the facts:

- the titles are those that WordPress, Drupal, TYPO3, Joomla, MediaWiki, nginx, Apache and IIS give
  pages that do not exist, in the languages of their translations;
- parkers and marketplaces of domains: Zirngibl, Deusch, Sattler, Aulbach, Carle and Jonker, "Domain
  Parking: Largely Present, Rarely Considered!", TMA 2022; Vissers, Joosen and Nikiforakis, "Parking
  Sensors", NDSS 2015;
- the landing page of GoDaddy's parked domains, which loads ``parking-lander``; that of Sedo, which
  names ``sedoParkingUrl``; Google's script for the ads of parked domains, ``domains/caf.js``
  (https://support.google.com/adsense/answer/1727187);
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
    " privacy-gate guce collectconsent geoblock geo-block region-blocked not-available-in-your-region"
    " unavailable-in-your-region".split()
)
SEARCH_WORDS: Final = frozenset(
    "search searchresults search-results suche suchergebnisse recherche rechercher busqueda buscar buscador busca"
    " pesquisa ricerca cerca zoeken sok haku szukaj wyszukiwarka hledat hladat kereses cautare ara arama poisk"
    " tim-kiem pencarian".split()
)
ERROR_WORDS: Final = frozenset(
    "404 error404 404error error-404 404-error error errors notfound not-found not_found pagenotfound page-not-found"
    " page_not_found filenotfound missing gone fehler fehlerseite fehler-404 seite-nicht-gefunden erreur erreur-404"
    " page-introuvable page-non-trouvee pagina-no-encontrada pagina-non-trovata pagina-nao-encontrada errore erro"
    " pagina-niet-gevonden foutpagina sidan-finns-inte strona-nie-znaleziona stranka-nenalezena sayfa-bulunamadi"
    " oops sorry".split()
)
HOME_WORDS: Final = frozenset("index default home homepage main start startseite accueil inicio".split())

_NOT_FOUND = (
    # English
    r"(?:https? |error |status )*404(?: error)?",
    r"(?:error |http )?404[ :.,-]*(?:error |page |file |content |the )?(?:page )?not found",
    r"(?:error[ :-]*)?(?:page|file|content|article|post|story|document|resource|url|web ?page)? ?not found",
    (
        r"(?:(?:sorry|oops|whoops|uh oh)[,!. ]*)?(?:but )?(?:the |this |that )?(?:requested )?"
        r"(?:page|content|article|post|story|file|document|web ?page|video)(?: (?:that )?you(?:'re| are| were)? "
        r"(?:requested|looking for|trying to (?:reach|view)))? (?:was not found|"
        r"(?:can ?not|can't|could not|couldn't) be found|does(?: not|n't) exist|"
        r"(?:is )?no longer (?:exists?|available|here)|has been (?:removed|deleted)|"
        r"(?:is )?(?:not available|unavailable)|isn't available|is missing)"
    ),
    (
        r"(?:(?:sorry|oops|whoops)[,!. ]*)?we (?:can ?not|can't|could not|couldn't) find (?:the|that|this) "
        r"(?:page|article|story|post)(?: you(?:'re| are| were) looking for)?"
    ),
    r"nothing (?:was )?found(?: here)?",
    # German, Dutch
    r"fehler[ :-]*404",
    (
        r"(?:die |diese |deine |ihre )?(?:angeforderte |gewünschte |gesuchte )?(?:seite|artikel|beitrag|inhalt)"
        r"(?: (?:wurde|konnte|existiert|ist))?(?: leider)? nicht(?: mehr)?"
        r"(?: gefunden(?: werden)?| vorhanden| verfügbar)?"
    ),
    r"fout[ :-]*404",
    r"(?:de |deze )?(?:opgevraagde )?pagina (?:is )?(?:niet gevonden|kon niet (?:worden )?gevonden(?: worden)?)",
    r"(?:de |deze )?pagina bestaat niet(?: meer)?",
    # French, Spanish, Portuguese, Italian, Catalan, Romanian
    r"erreur[ :-]*404",
    r"(?:la |cette )?(?:page|article|contenu)(?: demandée?)?(?: est)? (?:introuvable|non trouvée?)",
    r"(?:la |cette )?page (?:demandée |que vous (?:cherchez|recherchez) )?n'existe (?:pas|plus)",
    r"(?:la )?página (?:solicitada )?(?:no (?:ha sido |fue )?encontrada|no existe)",
    r"no se (?:ha )?(?:encontró|encontrado|pudo encontrar) la página",
    r"erro[ :-]*404",
    r"(?:a )?página (?:solicitada )?não (?:foi )?(?:encontrada|existe)",
    r"errore[ :-]*404",
    r"(?:la )?pagina (?:richiesta |cercata )?non (?:è stata )?(?:trovata|esiste(?: più)?)",
    r"(?:la )?pàgina no (?:s'ha )?troba(?:da|t)|no s'ha trobat la pàgina",
    r"eroare[ :-]*404",
    r"pagina nu (?:a fost găsită|există)",
    # Swedish, Danish, Norwegian, Finnish
    r"(?:sidan|sidan du söker) (?:kunde inte hittas|hittades inte|finns inte(?: längre)?)",
    r"siden (?:blev ikke fundet|kunne ikke findes|findes ikke(?: længere)?|ble ikke funnet|finnes ikke(?: lenger)?)",
    r"fant ikke siden",
    r"sivua ei (?:löydy|löytynyt|ole olemassa)",
    # Polish, Czech, Slovak, Hungarian, Turkish
    r"błąd[ :-]*404",
    r"nie znaleziono (?:takiej )?strony|strona nie (?:została znaleziona|istnieje)",
    r"chyba[ :-]*404",
    r"stránka (?:nebyla nalezena|nenalezena|neexistuje|nebola nájdená|sa nenašla)",
    r"(?:az? )?(?:keresett )?oldal nem (?:található|létezik)",
    r"(?:aradığınız )?sayfa bulunamadı",
    # Russian, Ukrainian, Bulgarian, Greek
    r"ошибка[ :-]*404",
    r"(?:запрашиваемая )?страница не (?:найдена|существует)|такой страницы (?:нет|не существует)",
    r"помилка[ :-]*404|сторінк[уа] не (?:знайдено|існує)",
    r"страницата не (?:е намерена|беше намерена|съществува)",
    r"η σελίδα δεν (?:βρέθηκε|υπάρχει)",
    # Japanese, Chinese, Korean
    r"(?:お探しの|指定された)?(?:ページ|記事)[がは]?(?:見つかりません(?:でした)?|存在しません)",
    r"(?:很?抱歉[,，]?)?(?:您?访问的)?(?:页面|网页|頁面|網頁|文章)(?:不存在|未找到|没有找到|找不到了?|已被?删除)",
    r"找不到(?:该|此|該)?(?:页面|网页|頁面|網頁)",
    r"(?:요청하신 )?페이지를 찾을 수 없습니다|존재하지 않는 페이지(?:입니다)?",
    # Arabic, Hebrew, Persian, Hindi, Indonesian, Vietnamese, Thai
    r"(?:هذه )?الصفحة غير موجودة|لم يتم العثور على الصفحة",
    r"(?:הדף|העמוד) לא נמצא",
    r"صفحه (?:مورد نظر )?(?:یافت|پیدا) نشد",
    r"पृष्ठ नहीं मिला",
    r"halaman tidak ditemukan",
    r"không tìm thấy trang|trang (?:này )?không tồn tại",
    r"ไม่พบหน้า(?:เว็บ)?(?:นี้|ที่คุณต้องการ)?",
)
NOT_FOUND: Final = re.compile("|".join(f"(?:{pattern})" for pattern in _NOT_FOUND))
"""A pattern for a whole part of a title, in lower case and without marks at its ends."""

FOR_SALE: Final = re.compile(
    r"(?:(?:this|the) )?(?:domain(?: name)?|[a-z0-9-]+(?:\.[a-z0-9-]+)+) (?:is |may be |might be |could be )?"
    r"(?:for sale|parked(?: free.*)?|available for (?:sale|purchase))"
    r"|(?:buy|purchase) (?:this|the) domain(?: name)?|domain (?:parking|parked|expired|for sale)"
    r"|(?:diese |die )?domain (?:steht|ist) (?:zum verkauf|zu verkaufen|geparkt)"
    r"|(?:ce )?(?:nom de )?domaine est (?:à vendre|en vente)|(?:este )?dominio (?:está )?(?:en venta|à venda)"
)
"""The same of a domain that is for sale."""

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
    b"sedoParkingUrl",
    b"sedoparking.com/",
    b"parking.bodiscdn.com",
    b"parkingcrew.net/",
    b"/parking/dns/",
)
"""Texts in the pages of parked domains, and in no other short page."""
PARKED_SIGNS: Final = (b"google.com/adsense/domains/caf.js",)
"""Texts in the pages of parked domains, and in few others."""

VIDEO_HOSTS: Final = frozenset(("youtube.com", "youtu.be", "youtube-nocookie.com"))
VIDEO_GONE: Final = (b'"playabilityStatus":{"status":"ERROR"',)
"""Texts in the pages of removed videos."""
