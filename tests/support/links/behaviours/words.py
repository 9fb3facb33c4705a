"""Pages that say with status 200 that they do not exist, in many languages."""

from __future__ import annotations

from support.links.behaviours.model import DEAD, B, html, page, soft

_LANGUAGES = {
    "Arabic": ("عفوا، الصفحة غير موجودة", "الصفحة غير موجودة", "عذرا، لم يتم العثور على الصفحة"),
    "Basque": ("Orria ez da aurkitu",),
    "Bulgarian": ("Страницата не е намерена", "Страницата не съществува"),
    "Catalan": ("No s'ha trobat la pàgina", "Pàgina no trobada"),
    "Chinese": (
        "很抱歉，您查看的页面找不到了！",
        "页面不见了",
        "页面不存在",
        "您访问的页面不存在",
        "抱歉，找不到您要的页面",
        "该文章已被删除",
        "找不到網頁",
        "頁面不存在",
    ),
    "Croatian": ("Stranica nije pronađena", "Stranica ne postoji"),
    "Czech": (
        "Tuto stránku se nepodařilo najít.",
        "Stránka nenalezena",
        "Stránka nebyla nalezena",
        "Požadovaná stránka neexistuje",
    ),
    "Danish": ("Siden blev ikke fundet", "Siden findes ikke", "Siden kunne ikke findes"),
    "Dutch": (
        "Oeps! Die pagina kan niet gevonden worden.",
        "Pagina niet gevonden",
        "Deze pagina bestaat niet (meer)",
        "De pagina kan niet worden gevonden",
    ),
    "Estonian": ("Lehte ei leitud",),
    "Finnish": ("Hups! Tätä sivua ei löydy.", "Sivua ei löytynyt", "Sivua ei löydy"),
    "French": (
        "Page non trouvée",
        "Page introuvable",
        "Cette page n’existe pas",
        "Article introuvable",
        "Oups ! Cette page est introuvable.",
        "Rien n'a été trouvé",
        "La page demandée est introuvable",
        "Oups, cette page n'existe plus",
        "Contenu indisponible",
    ),
    "German": (
        "Seite nicht gefunden",
        "Diese Seite gibt es nicht",
        "Die Seite konnte nicht gefunden werden",
        "Artikel nicht gefunden",
        "Hoppla! Diese Seite kann nicht gefunden werden.",
        "Nichts gefunden",
        "Dieser Artikel ist nicht mehr verfügbar",
        "Der gewünschte Inhalt ist leider nicht mehr verfügbar",
        "Ups! Hier ist nichts",
    ),
    "Greek": ("Αυτή η σελίδα δεν βρέθηκε.", "Η σελίδα δεν βρέθηκε", "Η σελίδα δεν υπάρχει"),
    "Hebrew": ("הדף לא נמצא", "העמוד לא נמצא", "העמוד המבוקש אינו קיים"),
    "Hindi": ("पृष्ठ नहीं मिला", "पेज नहीं मिला"),
    "Hungarian": ("Hoppá! Ez az oldal nem található.", "Az oldal nem található", "A keresett oldal nem található"),
    "Indonesian": (
        "Halaman tidak dapat ditemukan",
        "Halaman tidak ditemukan",
        "Halaman yang Anda cari tidak ditemukan",
    ),
    "Italian": (
        "Impossibile trovare la pagina.",
        "Pagina non trovata",
        "La pagina che cerchi non esiste",
        "Articolo non trovato",
        "Contenuto non disponibile",
    ),
    "Japanese": (
        "ご指定のページが見つかりません",
        "ページが見つかりません",
        "お探しのページは見つかりませんでした",
        "このページは存在しません",
        "記事は削除されました",
    ),
    "Korean": (
        "해당 페이지를 찾을 수 없습니다",
        "페이지를 찾을 수 없습니다",
        "존재하지 않는 페이지입니다",
        "삭제된 게시물입니다",
    ),
    "Latvian": ("Lapa nav atrasta",),
    "Lithuanian": ("Puslapis nerastas",),
    "Norwegian": ("Siden ble ikke funnet", "Fant ikke siden", "Siden finnes ikke"),
    "Persian": ("صفحه مورد نظر یافت نشد", "صفحه پیدا نشد"),
    "Polish": (
        "Nie można znaleźć tej strony.",
        "Nie znaleziono strony",
        "Strona nie istnieje",
        "Strona nie została znaleziona",
        "Nie ma takiej strony",
    ),
    "Portuguese": (
        "Essa página não pode ser encontrada.",
        "Página não encontrada",
        "Esta página não existe",
        "Notícia não encontrada",
        "Conteúdo indisponível",
    ),
    "Romanian": (
        "Această pagină nu a fost găsită",
        "Pagina nu a fost găsită",
        "Pagina nu există",
        "Pagina căutată nu există",
    ),
    "Russian": (
        "Ничего не найдено",
        "Страница не найдена",
        "Такой страницы не существует",
        "Запрашиваемая страница не существует",
        "Статья не найдена",
        "Материал удалён",
    ),
    "Serbian": ("Страница није пронађена",),
    "Slovak": ("Stránka sa nenašla", "Stránka neexistuje"),
    "Slovenian": ("Strani ni mogoče najti",),
    "Spanish": (
        "Esa página no se puede encontrar.",
        "Página no encontrada",
        "No se encontró la página",
        "La página que buscas no existe",
        "Lo sentimos, esta noticia ya no está disponible",
    ),
    "Swedish": ("Sidan hittades inte", "Sidan kunde inte hittas", "Sidan finns inte"),
    "Thai": ("ไม่พบหน้าที่คุณต้องการ", "ไม่พบหน้า"),
    "Turkish": ("Bu sayfa bulunamadı.", "Sayfa bulunamadı", "Aradığınız sayfa bulunamadı", "Böyle bir sayfa yok"),
    "Ukrainian": ("На жаль, сторінку не знайдено", "Сторінку не знайдено", "Сторінка не знайдена"),
    "Vietnamese": ("Không tìm thấy trang", "Trang không tồn tại"),
}
"""The words of headings, by language."""

BEHAVIOURS = tuple(
    B(
        f"answers 200 with “not found” in {language}",
        DEAD,
        soft(html(page(title, "<p>…", heading=heading))),
        variant=f"{place} “{words}”",
    )
    for language, all_words in _LANGUAGES.items()
    for number, words in enumerate(all_words)
    for place, title, heading in (
        (("title", f"{words} – Daily News", ""), ("heading", "Daily News", words))[number % 2],
    )
)
