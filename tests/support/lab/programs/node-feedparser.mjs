// https://github.com/danmactough/node-feedparser
import FeedParser from "feedparser";
import { once } from "node:events";

export async function read(text) {
  const parser = new FeedParser({ feedurl: "https://news.example.org/feed" });
  const items = [];
  parser.on("data", (item) => items.push(item));
  parser.end(text);
  await once(parser, "end");
  return items.map((item) => ({
    id: item.guid,
    link: item.link,
    title: item.title,
    published: item.pubdate,
    updated: item.date,
    authors: item.author ? [item.author] : [],
    summary: item.summary,
    body: item.description,
    image: item.image.url,
    enclosures: item.enclosures.map((file) => file.url),
    topics: item.categories,
  }));
}
