import { createHash } from 'node:crypto';

/** The whole style of the page: no font, image or script comes from anywhere. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --line: #d8dde3; --soft: #f4f6f8; --dim: #5b6672; --text: #1c232b; --back: #fff;
  --get: #0b6bcb; --post: #1a7f37; --patch: #9a6700; --delete: #c0262d; }
@media (prefers-color-scheme: dark) { :root { --line: #333b44; --soft: #1d232a; --dim: #9aa6b2; --text: #e4e9ee; --back: #14181d;
  --get: #58a6ff; --post: #4ac26b; --patch: #d4a72c; --delete: #ff7b72; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { margin: 0 0 .5rem; font-size: 1.7rem; }
h2 { margin: 3rem 0 .25rem; padding-bottom: .25rem; border-bottom: 2px solid var(--line); font-size: 1.3rem; }
h3 { margin: 0; font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; }
h4 { margin: 1rem 0 .25rem; color: var(--dim); font-size: .8rem; text-transform: uppercase; letter-spacing: .04em; }
p { margin: .4rem 0; }
a { color: inherit; text-decoration-color: var(--dim); }
code, pre { font: .87em/1.5 ui-monospace, Menlo, Consolas, monospace; }
pre { margin: .25rem 0; padding: .6rem .8rem; overflow-x: auto; background: var(--soft); border-radius: 6px; }
section { margin: 1.25rem 0; padding: .9rem 1rem 1.1rem; border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; }
td { padding: .3rem .75rem .3rem 0; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
tr:first-child td { border-top: 0; }
td:first-child { width: 13rem; }
nav td:first-child { width: auto; white-space: nowrap; }
.dim { color: var(--dim); }
.verb { display: inline-block; min-width: 4.6em; font-weight: 700; }
.get, .head { color: var(--get); } .post { color: var(--post); } .patch { color: var(--patch); } .delete { color: var(--delete); }
details summary { cursor: pointer; color: var(--dim); }
details table { margin-left: .75rem; width: calc(100% - .75rem); }
@media (max-width: 40rem) {
  main { padding: 1rem .75rem 3rem; }
  section { padding: .75rem; }
  td, nav td:first-child { display: block; width: auto; padding: 0; border: 0; white-space: normal; }
  td:first-child { width: auto; padding-top: .4rem; border-top: 1px solid var(--line); }
  tr:first-child td:first-child { border-top: 0; }
  td:last-child { padding-bottom: .4rem; }
}
`;

const digest = createHash('sha256').update(PAGE_STYLE).digest('base64');

/** Lets a browser load nothing at all, and apply this one style. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
