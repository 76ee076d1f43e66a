// Plain JavaScript for any Node: TypeScript and WebAssembly stack switching (JSPI) come with these versions.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 24 || major === 25 || (major === 24 && minor < 21)) {
  console.error(
    `esp-ota-bench needs Node 24.21 or later, or 26; this is ${process.version}: install one from https://nodejs.org, or use the npm scripts, which bring their own.`,
  );
  process.exit(1);
}
