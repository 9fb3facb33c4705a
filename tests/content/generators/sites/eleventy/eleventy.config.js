import { IdAttributePlugin } from '@11ty/eleventy';
import markdownIt from 'markdown-it';

export default function (eleventyConfig) {
  eleventyConfig.setLibrary('md', markdownIt({ html: true, linkify: true }));
  eleventyConfig.addPlugin(IdAttributePlugin);
  eleventyConfig.addPassthroughCopy('img');
  eleventyConfig.addFilter('json', (value) => JSON.stringify(value ?? null));
  eleventyConfig.addPreprocessor('drafts', 'md', (data) => (data.draft ? false : undefined));
  eleventyConfig.addShortcode('youtube', (id) => `<iframe src="https://www.youtube.com/embed/${id}"></iframe>`);
  eleventyConfig.addPairedShortcode('note', (content) => `<div class="note">${content}</div>`);
}

export const config = {
  dir: { input: '.', includes: '_includes', data: '_data' },
  markdownTemplateEngine: 'liquid',
};
