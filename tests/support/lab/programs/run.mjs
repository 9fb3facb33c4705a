// Read a feed from standard input with one of the readers beside this file, and print its entries as JSON.
// Arguments: the name of the reader, and rss, atom or json.
const [, , name, format] = process.argv;
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { read } = await import(`./${name}.mjs`);
console.log(JSON.stringify(await read(Buffer.concat(chunks).toString("utf8"), format)));
