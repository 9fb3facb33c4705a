// https://github.com/fb55/htmlparser2: its parser of feeds
import { parseFeed } from "htmlparser2";

export function read(text) {
  return parseFeed(text).items.map((item) => ({
    id: item.id,
    link: item.link,
    title: item.title,
    published: item.pubDate,
    summary: item.description,
    image: item.media.flatMap((file) => file.thumbnail ?? [])[0],
    enclosures: item.media.flatMap((file) => file.url ?? []),
  }));
}
