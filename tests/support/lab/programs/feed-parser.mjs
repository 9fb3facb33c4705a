// https://github.com/rowanmanning/feed-parser
import { parseFeed } from "@rowanmanning/feed-parser";

export function read(text) {
  return parseFeed(text).items.map((item) => ({
    id: item.id,
    link: item.url,
    title: item.title,
    published: item.published,
    updated: item.updated,
    authors: item.authors.map((author) => author.name),
    summary: item.description,
    body: item.content,
    image: item.image?.url,
    enclosures: item.media.map((file) => file.url),
    topics: item.categories.map((category) => category.label ?? category.term),
  }));
}
