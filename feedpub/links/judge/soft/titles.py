"""The words of pages that do not exist, of domains for sale, and of hosts without a site.

Each line is a pattern, and what is indented belongs to the line above. A name in braces is a part
that several patterns have. Sources:

- the titles that WordPress, Drupal, TYPO3, Joomla, MediaWiki, nginx, Apache, IIS and Ghost give
  pages that do not exist, in the languages of their translations;
- the pages of registrars and marketplaces for parked domains, and of hosting for suspended
  accounts;
- the default pages that nginx, Apache, IIS, Tomcat, Caddy, LiteSpeed, Plesk, cPanel, DirectAdmin
  and ISPConfig install.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final


def folded(text: str) -> str:
    """Return ``text`` without case and accents, with plain quotes and spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("\xa0", " ")).casefold()
    return "".join(character for character in plain if unicodedata.category(character) != "Mn")


_PARTS = re.compile(r"\s[-|–—·•»:]+\s|[|–—·•»]|\s-\s")
_MARKS = " \t\n.,!?…:;-–—\"'“”„«»()[]¡¿。、!"
_SPACE = re.compile(r"\s+")
# What stands before the words of an error: a status, or a word that ends in a mark.
_STATUS = re.compile(r"(?:https? |error |status |code |fehler |erreur |erro |errore |ошибка |błąd |bład )*404[ :.,-]+")
_INTERJECTION = re.compile(r"[^,!.،，。！…:]{1,20}[,!.،，。！…]+ ?")
_STATUS_AFTER = re.compile(r"[ :,-]+(?:error )?404$")
_WORD = re.compile(r"[^\W_]{3,}")
_SHARED = {
    "sorry": r"""(?:(?:sorry|error|we're sorry|looks like|it looks like)[ :]+(?:but )?)?""",
    "thing": r"""(?:web ?page|page|content|article|post|story|document|file|resource|object|url|link|address|video
    |image|item|product|listing|job|event|topic|thread|entry|recipe|site|news|user|profile
    |account|directory|file or directory|category|question|blog)""",
    "wanted": r"""(?: (?:that )?you(?:'re| are| were|'ve| have)? (?:requested|looking for|followed|want(?:ed)?
    |asked for|trying to (?:reach|view|open|access|find)|tried to (?:reach|view|open|access))
    | (?:you requested|requested))?""",
    "lost": r"""(?: (?:was|were|is|has|have|could|can|does|do|may|might|no))*(?: (?:not found|not be found
    |can ?not be found|can't be found|couldn't be found|couldn't be located|can't be displayed
    |can ?not be displayed|been filled
    |not exist|doesn't exist|doesn't seem to exist|not seem to exist|longer exists?
    |longer available|longer here|longer online|not available|isn't available|isn't here
    |unavailable|been (?:re)?moved|been deleted|been taken down|removed|deleted|expired|missing
    |gone|disappeared|been removed or deleted|been (?:re)?moved or (?:is )?(?:no longer available
    |deleted)))(?: (?:on this server|here|any ?more|any longer|right now|by the (?:author|user)
    |at this (?:url|address)))?""",
    "name": r"""(?:(?:this|the|your) )?(?:premium )?(?:domain(?: name)?
    |[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?: domain(?: name)?)?""",
}


def _pattern(table: str) -> re.Pattern[str]:
    """Return the pattern of a table, for a whole text that is folded, without marks at its ends."""
    lines = re.sub(r"\n {4}", "", table).splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    for name in reversed(_SHARED):
        part = re.sub(r"\n {4}", "", _SHARED[name])
        patterns = [pattern.replace(f"{{{name}}}", part) for pattern in patterns]
    return re.compile("|".join(f"(?:{folded(pattern)})" for pattern in patterns))


NOT_FOUND: Final = _pattern(
    r"""
# English
(?:https? |error |status |code )*(?:404|410)(?:\.0)?(?: error)?(?: gone)?
(?:error |https? )*(?:error )?404(?:\.0)?[ :.,-]*(?:error |page |file |content |the )?(?:page )?not found
(?:error[ :-]*)?(?:requested )?(?:{thing} )?not found(?: 1)?
no {thing} (?:found|specified)|(?:unknown|bad) (?:page|url|link)|cannot get(?: /.*)?
{sorry}(?:(?:the|this|that|your|a) )?(?:requested )?{thing}{wanted}(?: (?:in|on|at) this (?:blog|site|website))?{lost}
the (?:resource|page) you are looking for (?:has been|might have been) removed, had its name changed.*
(?:the web address you entered )?is not a functioning page on our site
(?:sorry, )?no (?:posts|pages|articles|entries|content|results|stories) (?:were )?(?:matched|found|match).*
(?:apologies, but )?no results were found.*|there(?: is|'s) (?:currently )?no text in this page.*
(?:you've followed a link to a topic that doesn't exist yet|this topic does not exist yet)
{sorry}the {thing} you followed (?:may|might) be broken(?:, or the {thing} may have been removed)?
{sorry}(?:we|i) (?:can ?not|can't|could not|couldn't|are unable to|were unable to) (?:seem to )?(?:find|locate) (?:the
    |that|this|your|any|a)(?: {thing}|thing){wanted}(?: here)?
(?:can ?not|can't|couldn't) find (?:the|that|this) {thing}{wanted}
{sorry}we could not find(?: it)? (?:on this server|here)
{sorry}(?:we|i)(?:'ve| have)? lost (?:that|this|the) {thing}|no such {thing}|missing (?:page|file)|page missing
invalid {thing}(?: (?:id|number|url|specified))?|(?:dead|broken) link|(?:this )?link (?:has )?expired
no input file specified
{sorry}(?:there(?:'s| is) )?nothing (?:was )?(?:found|here|to see here|to be found)(?: here
    |,? yet| matching| at this (?:location|address))?
{sorry}(?:looks like )?you(?:'ve| have| are|'re)?(?: seem to)?(?: be| got| gotten)? lost|are you lost
# German, Dutch
fehler[ :-]*404|(?:(?:ups|hoppla|huch)[,!. ]*)?hier ist (?:leider )?nichts(?: zu (?:sehen|finden))?
(?:ups[,!. ]*|hoppla[,!. ]*|leider )?(?:(?:die|diese[rs]?|der|das|deine
    |ihre) )?(?:von ihnen )?(?:angeforderte |gewünschte |gesuchte |aufgerufene )?(?:web)?(?:seite|artikel
    |beitrag|inhalt|dokument|datei|meldung|angebot)(?: (?:wurde|konnte|kann|existiert|ist|gibt es|steht
    |wurde))?(?: leider)?(?: (?:nicht|nicht mehr|gelöscht|entfernt))(?: gefunden(?: werden)?| vorhanden
    | verfügbar| erreichbar| online| zur verfügung)?
(?:wir )?(?:leider )?(?:können|konnten) (?:wir )?(?:die|diese) (?:gesuchte )?seite (?:leider )?nicht finden
fout[ :-]*404
(?:leider |es wurde )?nichts gefunden
(?:de |deze |dit |het |die )?(?:opgevraagde |gevraagde )?(?:pagina|artikel|bericht)(?: (?:is|kon|kan|werd
    |bestaat))?(?: helaas)? niet(?: meer| \(meer\))?(?: worden)?(?: gevonden| beschikbaar)?(?: worden)?
# French, Spanish, Portuguese, Italian, Catalan, Romanian, Basque
(?:erreur|error|erro|errore|eroare)[ :-]*404
(?:(?:oups|désolé)[,!. ]*)?(?:la |cette |cet |le |l'|ce )?(?:page|article|contenu
    |document)(?: (?:demandée?|recherchée?|que vous (?:cherchez|recherchez
    |demandez)))?(?:(?: est)? (?:introuvable|non trouvée?|indisponible|supprimée?)| n'existe (?:pas|plus)
    | n'est (?:pas|plus) (?:disponible|en ligne|accessible)
    | n'a pas (?:été trouvée?|pu être trouvée?)| a été supprimée?)
niets gevonden|rien n'a été trouvé|aucun résultat(?: trouvé)?
nous (?:ne trouvons pas|n'avons pas (?:pu )?(?:trouvé|trouver)) (?:la
    |cette) page(?: que vous (?:cherchez|recherchez|demandez))?
(?:(?:lo sentimos|ups|vaya)[,!. ]*)?(?:la |esta |este |el )?(?:página|noticia|artículo|contenido
    |entrada)(?: (?:solicitad[ao]|que (?:buscas?|estás buscando|intentas ver
    |has solicitado)))?(?:(?: ya)? no (?:ha sido |fue |está |se ha |se )?(?:encontrad[ao]|existe
    |disponible|encontró)(?: más)?|(?: ha sido| fue)? eliminad[ao])
(?:esta |esa |la )?página no se (?:puede|pudo) encontrar|no se ha podido encontrar la página
no encontramos (?:la|esta|esa|el) (?:página|noticia|artículo)
no se (?:ha )?(?:encontró|encontrado|pudo encontrar) (?:la|esta|el) (?:página|noticia|artículo|contenido)
(?:(?:desculpe|ops|oops)[,!. ]*)?(?:a |esta |essa |o |este )?(?:página|notícia|artigo|conteúdo
    |matéria)(?: (?:solicitad[ao]|procurad[ao]|que (?:você )?(?:procura|procurou|tentou acessar
    |está procurando)))?(?: não (?:foi |está |pode ser )?(?:encontrad[ao]|existe(?: mais)?|disponível)
    |(?: está)? indisponível|(?: foi)? removid[ao])
(?:(?:ops|spiacenti)[,!. ]*)?(?:la |questa |l'|questo |il )?(?:pagina|articolo|contenuto
    |notizia)(?: (?:richiest[ao]|cercat[ao]|che (?:cerchi|stai cercando|hai (?:cercato
    |richiesto))))?(?: non (?:è stat[ao] |è (?:più )?)?(?:trovat[ao]|esiste(?: più)?|disponibile)
    |(?: è stat[ao])? rimoss[ao])
nada (?:foi )?encontrado|no se encontró nada|nada encontrado|impossibile trovare la pagina|nessun risultato(?: trovato)?
(?:la )?pàgina no (?:s'ha )?troba(?:da|t)|no s'ha trobat (?:la )?pàgina
(?:această )?pagina(?: (?:căutată|solicitată))? nu (?:a fost găsită|există|mai există)|orria ez da (?:aurkitu
    |existitzen)
# Swedish, Danish, Norwegian, Finnish, Icelandic, Estonian, Latvian, Lithuanian
inget (?:hittades|hittat)|intet fundet|ingenting funnet
(?:sidan|artikeln)(?: (?:du söker|du letar efter|du letade efter))? (?:kunde inte hittas|hittades inte
    |finns inte(?: längre)?)
(?:siden|artiklen|artikkelen)(?: du (?:leder|leter) etter)? (?:blev ikke fundet|kunne ikke findes
    |kan ikke findes|findes ikke(?: længere)?|ble ikke funnet|finnes ikke(?: lenger)?|eksisterer ikke)
(?:vi )?(?:fant|finner) ikke (?:siden|artikkelen)(?: du (?:leter|ser) etter)?|vi kan ikke finde siden
(?:etsimääsi |tätä )?(?:sivua|artikkelia) ei (?:löydy|löytynyt|ole olemassa)
siðan fannst ekki|lehte ei leitud|lehekulge ei leitud|lapa nav atrasta|puslapis nerastas
    |puslapis neegzistuoja
# Polish, Czech, Slovak, Slovenian, Croatian, Serbian, Hungarian, Turkish
(?:bład|blad|chyba|hiba|hata|greska)[ :-]*404|404[ :-]*(?:hiba|hata|chyba)
nie można znaleźć (?:tej |takiej )?strony|nic nie znaleziono
(?:tuto |túto )?stránku (?:se nepodařilo (?:najít|nalézt)|nelze nalézt|sa nepodarilo nájsť)
nie (?:znaleziono|ma) (?:takiej |tej )?(?:strony|artykułu)|(?:ta )?(?:strona
    |artykuł)[, ]*(?:której szukasz[, ]*)?nie (?:znaleziona|została znaleziona|została odnaleziona|istnieje)
(?:požadovaná |hledaná |požadovaná )?stránka (?:nebyla nalezena|nenalezena|neexistuje|nebola nájdená
    |sa nenašla)
(?:strani ni (?:mogoče|bilo mogoče) najti|stran ne obstaja)
(?:tražena )?stranica (?:nije pronađena|ne postoji)|страница није пронађена|страница (?:није
    |нијe) пронађена
(?:ez )?(?:az? )?(?:keresett )?(?:oldal|cikk) nem (?:található|létezik)
(?:aradığınız |bu )?(?:sayfa|haber|içerik) bulunamadı|böyle bir sayfa yok|(?:sayfa|haber) (?:mevcut değil|yok)
# Russian, Ukrainian, Bulgarian, Greek
(?:ошибка|помилка|грешка)[ :-]*404
(?:(?:к сожалению|извините)[,!. ]*)?(?:запрашиваемая |запрошенная |эта )?(?:вами )?(?:страница|статья|новость
    |запись|публикация|материал)(?: (?:не|была|был))? (?:найден[аоы]?|существует|удален[аоы]?)
ничего не найдено|нічого не знайдено|(?:эта )?страница недоступна
такой страницы (?:нет|не существует)|страницы не существует|(?:запитан[ауі] )?сторінк[уа] не (?:знайдено|знайдена|існує)
страницата (?:не (?:е|беше) намерена|не съществува)
(?:αυτή )?η σελίδα (?:που (?:ζητήσατε|αναζητάτε) )?δεν (?:βρέθηκε|υπάρχει)
# Japanese, Chinese, Korean
(?:お探しの|ご指定の|該当する|アクセスしようとした|こ[のか]|指定された|申し訳ございません[、,]?)*(?:ページ|記事|動画)[がは]?(?:見つかりません(?:でした)?|存在しません(?:でした)?
    |(?:すでに)?削除されました|ありません)
(?:很?抱歉[,，]?|对不起[,，]?)?(?:[您你]?(?:访问|查看|要找|查找|要访问|要查看|訪問|請求)的)?(?:该|该|此|該)?(?:页面|网页|頁面|網頁|文章|内容|網站)(?:不存在(?:或已删除)?|不见了|走丢了|飞走了|丢失了|找不回来了|未找到
    |没有找到|找不到了?|已?经?被?(?:删除|刪除|下架))
(?:很?抱歉[,，]?|对不起[,，]?)?(?:我们)?(?:找不到|没有找到|沒有找到)(?:您?要?的|该|此|該|您访问的|您要找的)?(?:页面|网页|頁面|網頁|文章)
페이지가 존재하지 않습니다
(?:요청하신 |찾으시는 |해당 )?페이지를 찾을 수 없습니다|존재하지 않는 (?:페이지|게시물|기사)(?:입니다)?
    |삭제된 (?:페이지|게시물|기사)(?:입니다)?
# Arabic, Hebrew, Persian, Hindi, Indonesian, Vietnamese, Thai
(?:عذرا[,،! ]*)?(?:هذه )?الصفحة (?:المطلوبة |التي تبحث عنها )?(?:غير موجودة|غير متوفرة)
    |(?:عذرا[,،! ]*)?لم يتم العثور على (?:هذه )?الصفحة(?: المطلوبة)?
(?:הדף|העמוד)(?: המבוקש)? (?:לא נמצא|אינו קיים|לא קיים)
صفحه (?:ی )?(?:مورد نظر )?(?:شما )?(?:یافت|پیدا) نشد
(?:पृष्ठ|पेज) नहीं मिला
(?:maaf[,!. ]*)?halaman (?:yang anda cari )?(?:tidak (?:dapat )?ditemukan|tidak ada|tidak tersedia)
(?:không tìm thấy) (?:trang|bài viết)(?: này)?|trang (?:này |bạn tìm )?không tồn tại|trang không tồn tại
ไม่พบหน้า(?:เว็บ)?(?:นี้|ที่คุณต้องการ)?
"""
)
"""The title or heading of a page that does not exist."""
FOR_SALE: Final = _pattern(
    r"""
(?:the domain(?: name)? )?{name} (?:is |may be |might be |could be |has )*(?:also )?(?:for sale
    |parked(?: .*)?|expired(?: on .*)?|available for (?:sale|purchase)|recently registered.*)(?: by its owner)?
(?:buy|purchase) (?:{name}|[a-z0-9-]+\.[a-z]+)|domain (?:parking|parked.*|expired|for sale|reserved
    |default page)
(?:diese |die )?domain (?:[a-z0-9.-]+ )?(?:steht|ist) (?:zum verkauf|zu verkaufen|geparkt
    |bereits registriert)
[a-z0-9-]+\.[a-z.]+ (?:steht zum verkauf|est à vendre|esta en venta|a la venta|e in vendita|域名出售)
    |domain (?:geparkt|im kundenauftrag registriert)
    |hier entsteht (?:in kurze )?eine neue (?:internetpräsenz|website)
(?:ce )?(?:nom de )?domaine est (?:à vendre|en vente)|(?:este )?dominio (?:esta )?(?:en venta|a la venta
    |a venda)
(?:félicitations )?!? ?votre domaine a bien ete cree.*|(?:您正在访问的)?域名(?:可以)?(?:出售|转让)
домен(?: [^ ]+)? (?:продаетс[яa]|припаркован.*|не прилинкован.*)
このドメインは.*(?:取得されています|販売されています|売り出し中です)
(?:this )?(?:domain name|website) has (?:just )?been (?:reserved|registered).*|future home of .*
    |a brand new domain
.* (?:registered|parked(?: free)?)[ ,](?:at|with|by|courtesy of) .*
    |registrant whois contact information verification
"""
)
"""The same of a domain that is for sale or parked."""
SERVER_PAGE: Final = _pattern(
    r"""
welcome to (?:nginx|caddy|openresty|tengine|apache)(?:!| on .*)?|caddy works|apache tomcat.*
apache2 (?:[a-z]+ )?default page: it works|(?:apache )?http server test page.*
test page for (?:the )?(?:nginx|apache|http server).*|iis(?: windows server|[0-9.]+)?
web server's default page|domain default page|default web site page|internet information services
"""
)
"""The title of the default page of a web server."""
NO_SITE: Final = _pattern(
    r"""
(?:your |this )?(?:account|site|website|web site)(?: has been| is)? suspended
(?:website|site|domain|account) expired|diese (?:website|seite|domain) wurde gesperrt
this (?:domain|account|website) has expired|bandwidth limit exceeded
looks like this domain isn't connected to .*|it works|testing 123\.*|default page
welcome to your (?:new )?website
(?:www\.)?[a-z0-9-]+\.[a-z.]+ (?:[-—–] )?(?:under construction|coming soon|is coming soon)
congratulations?!? (?:you have|you've) successfully installed .*
this is a default index page for a new domain|this page is generated by plesk.*
(?:coming|opening) soon(?: page)?|(?:(?:this )?(?:web)?site (?:is )?)?under construction
site en construction|en construction
sorry, this (?:shop|store) is (?:currently )?unavailable|(?:this )?blog has been (?:removed|deleted)
[a-z0-9.-]+ is no longer available|the authors have deleted this (?:site|blog)
this community has been banned
"""
)
"""The same, and sentences, of other hosts without a site: suspended, expired, not built yet."""


def plain(words: str) -> str:
    """Return ``words`` folded, in one line, without marks at their ends."""
    return _SPACE.sub(" ", folded(words)).strip(_MARKS)


def words_of(text: str) -> frozenset[str]:
    """Return the words of ``text``, folded, but for short ones."""
    return frozenset(_WORD.findall(folded(text)))


def parts_of(title: str) -> tuple[str, ...]:
    """Return the parts of a title: the page's, and usually the site's.

    What a colon follows is the subject of a story (“Page not found: …”), unless it comes last.
    """
    plain = folded(title).replace("(", " ").replace(")", " ")
    parts = (plain, *_PARTS.split(plain))
    ends = (part.rpartition(": ")[2] for part in parts)
    found = dict.fromkeys(_SPACE.sub(" ", part).strip(_MARKS) for part in (*parts, *ends))
    for part in tuple(found):
        for before in (_STATUS, _INTERJECTION):
            match = before.match(part)
            if match is not None:
                found[part[match.end() :].strip(_MARKS)] = None
        found[_STATUS_AFTER.sub("", part)] = None
    return tuple(found)


def says_not_found(text: str) -> bool:
    """Return whether a part of ``text`` says that a page does not exist."""
    return any(map(NOT_FOUND.fullmatch, parts_of(text)))
