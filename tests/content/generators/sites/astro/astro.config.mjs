import { defineConfig, passthroughImageService } from 'astro/config';
import mdx from '@astrojs/mdx';

export default defineConfig({
  site: 'https://stars.example.org',
  base: '/sub',
  integrations: [mdx()],
  image: { service: passthroughImageService() },
});
