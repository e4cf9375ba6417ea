// Read one document with a library of npm, and print id, title, link and sound of its entries.
import { createRequire } from "node:module";

const [folder, name, url] = process.argv.slice(2);
const library = createRequire(`${folder}/node_modules/`)(name);

const read = {
  "rss-parser": async () => (await new library().parseURL(url)).items,
  "@extractus/feed-extractor": async () => (await library.extract(url)).entries,
};

const found = await read[name]();
const entries = found.map((each) => ({
  id: each.guid ?? each.id,
  title: each.title,
  link: each.link,
  sound: each.enclosure?.url,
}));

// rss-parser leaves the connection of a redirect open, which would keep the process alive.
process.stdout.write(JSON.stringify(entries), () => process.exit());
