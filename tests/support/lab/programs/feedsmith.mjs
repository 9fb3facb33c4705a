// https://github.com/macieklamberski/feedsmith
import { parseFeed } from "feedsmith";

const READERS = { rss: ofRss, atom: ofAtom, json: ofJson };

export function read(text, format) {
  const { feed } = parseFeed(text);
  return (feed.items ?? feed.entries).map(READERS[format]);
}

function ofRss(item) {
  const files = [...(item.enclosures ?? []), ...(item.media?.contents ?? [])];
  return {
    id: item.guid?.value,
    link: item.link,
    title: item.title,
    published: item.pubDate,
    updated: item.atom?.updated,
    authors: item.dc?.creators ?? [],
    summary: item.description,
    body: item.content?.encoded,
    image: item.media?.thumbnails?.[0].url,
    enclosures: files.map((file) => file.url),
    topics: (item.categories ?? []).map((category) => category.name),
  };
}

function ofAtom(entry) {
  const links = entry.links ?? [];
  return {
    id: entry.id,
    link: links.find((link) => (link.rel ?? "alternate") === "alternate")?.href,
    title: entry.title?.value,
    isHtml: entry.title?.type === "html",
    published: entry.published,
    updated: entry.updated,
    authors: (entry.authors ?? []).map((author) => author.name),
    summary: entry.summary?.value,
    body: entry.content?.value,
    image: entry.media?.thumbnails?.[0].url,
    enclosures: links.filter((link) => link.rel === "enclosure").map((link) => link.href),
    topics: (entry.categories ?? []).map((category) => category.term),
  };
}

function ofJson(item) {
  return {
    id: item.id,
    link: item.url,
    title: item.title,
    published: item.date_published,
    updated: item.date_modified,
    authors: (item.authors ?? []).map((author) => author.name),
    summary: item.summary,
    body: item.content_html,
    image: item.image,
    enclosures: (item.attachments ?? []).map((attachment) => attachment.url),
    topics: item.tags ?? [],
  };
}
