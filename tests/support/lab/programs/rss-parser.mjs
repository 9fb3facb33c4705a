// https://github.com/rbren/rss-parser
import Parser from "rss-parser";

export async function read(text, format) {
  const { items } = await new Parser().parseString(text);
  return items.map((item) => ({
    id: item.guid ?? item.id,
    link: item.link,
    title: item.title,
    published: item.isoDate,
    authors: [item.creator ?? item.author].filter(Boolean),
    // The description of RSS, and the content of Atom, are both called content.
    summary: format === "rss" ? item.content : item.summary,
    body: item["content:encoded"] ?? item.content,
    enclosures: item.enclosure ? [item.enclosure.url] : [],
    topics: item.categories ?? [],
  }));
}
