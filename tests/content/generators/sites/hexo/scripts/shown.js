'use strict';

// A list of all posts as Hexo shows them.
hexo.extend.generator.register('shown', (locals) => ({
  path: 'shown.json',
  data: JSON.stringify(
    locals.posts.map((post) => ({
      url: post.permalink,
      title: post.title,
      date: post.date.toISOString(),
      author: post.author,
      topics: [...post.categories.map((one) => one.name), ...post.tags.map((one) => one.name)],
      image: post.cover,
      body: post.content,
      excerpt: post.excerpt,
    })),
  ),
}));
