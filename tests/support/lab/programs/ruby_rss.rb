# Read a feed from standard input with Ruby's own library, and print its entries as JSON.
# https://github.com/ruby/rss
require "json"
require "rss"

def of_rss(item)
  {
    id: item.guid&.content,
    link: item.link,
    title: item.title,
    published: item.pubDate&.iso8601,
    authors: item.dc_creators.map(&:content),
    summary: item.description,
    body: item.content_encoded,
    enclosures: item.enclosure ? [item.enclosure.url] : [],
    topics: item.categories.map(&:content)
  }
end

def of_atom(entry)
  {
    id: entry.id.content,
    link: entry.links.find { |link| link.rel == "alternate" }&.href,
    title: entry.title.content,
    isHtml: entry.title.type == "html",
    published: entry.published&.content&.iso8601,
    updated: entry.updated.content.iso8601,
    authors: entry.authors.map { |author| author.name.content },
    summary: entry.summary&.content,
    body: entry.content&.content,
    enclosures: entry.links.select { |link| link.rel == "enclosure" }.map(&:href),
    topics: entry.categories.map(&:term)
  }
end

feed = RSS::Parser.parse($stdin.read)
puts JSON.generate(feed.items.map { |item| ARGV[0] == "rss" ? of_rss(item) : of_atom(item) })
