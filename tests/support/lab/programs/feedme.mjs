// https://github.com/fent/feedme.js, which hands out the elements as they are
import FeedMe from "feedme";

const many = (value) => (value === undefined ? [] : [value].flat());
const text = (value) => value?.text ?? value;

export async function read(document, format) {
  const parser = new FeedMe(true);
  const done = new Promise((resolve) => parser.on("finish", resolve));
  parser.end(document);
  await done;
  return parser.done().items.map(format === "rss" ? ofRss : ofAtom);
}

function ofRss(item) {
  return {
    id: text(item.guid),
    link: item.link,
    title: item.title,
    published: item.pubdate,
    updated: item["atom:updated"],
    authors: many(item["dc:creator"]),
    summary: item.description,
    body: item["content:encoded"],
    image: item["media:thumbnail"]?.url,
    enclosures: [...many(item.enclosure), ...many(item["media:content"])].map((file) => file.url),
    topics: many(item.category),
  };
}

function ofAtom(entry) {
  const links = many(entry.link);
  return {
    id: entry.id,
    link: links.find((link) => link.rel === "alternate")?.href,
    title: text(entry.title),
    isHtml: entry.title?.type === "html",
    published: entry.published,
    updated: entry.updated,
    authors: many(entry.author).map((author) => author.name),
    summary: text(entry.summary),
    body: text(entry.content),
    image: entry["media:thumbnail"]?.url,
    enclosures: links.filter((link) => link.rel === "enclosure").map((link) => link.href),
    topics: many(entry.category).map((category) => category.term),
  };
}
