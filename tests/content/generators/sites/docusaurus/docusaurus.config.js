// @ts-check
const year = new Date().getFullYear();

/** @type {import('@docusaurus/types').Config} */
const config = {
  title: 'Tide Tables',
  tagline: 'Notes from the harbour',
  url: 'https://tides.example.org',
  baseUrl: '/sub/',
  onBrokenLinks: 'ignore',
  markdown: { hooks: { onBrokenMarkdownLinks: 'ignore', onBrokenMarkdownImages: 'ignore' } },
  i18n: { defaultLocale: 'en', locales: ['en'] },
  presets: [
    [
      'classic',
      {
        docs: false,
        pages: false,
        sitemap: false,
        blog: {
          routeBasePath: 'log',
          showReadingTime: false,
          onInlineAuthors: 'ignore',
          onInlineTags: 'ignore',
          onUntruncatedBlogPosts: 'ignore',
          feedOptions: { type: 'json', limit: false, copyright: `© ${year}` },
        },
      },
    ],
  ],
  themeConfig: { colorMode: { disableSwitch: true } },
};

export default config;
