import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContentLoader, defineConfig } from 'vitepress'

export default defineConfig({
  title: 'Wind Diary',
  description: 'Where it blows from',
  lang: 'en-GB',
  base: '/sub/',
  cleanUrls: true,
  sitemap: { hostname: 'https://wind.example.org/sub/' },
  srcExclude: ['**/drafts/**'],
  // What the pages show, for the comparison with the feeds.
  async buildEnd(site) {
    const posts = await createContentLoader('posts/**/*.md', { render: true }).load()
    writeFileSync(join(site.outDir, 'shown.json'), JSON.stringify(posts))
  },
})
