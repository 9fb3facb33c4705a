// https://github.com/extractus/feed-extractor
import { extractFromJson, extractFromXml } from "@extractus/feed-extractor";

export function read(text, format) {
  const extract = format === "json" ? extractFromJson : extractFromXml;
  return extract(format === "json" ? JSON.parse(text) : text, { descriptionMaxLen: 0 }).entries.map((entry) => ({
    id: entry.id,
    link: entry.link,
    title: entry.title,
    published: entry.published,
    summary: entry.description,
  }));
}
