// Reads {"width", "kind": "message" | "modal" | "home", "blocks" or "view"} on stdin, writes a page with it on stdout.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message } from "slack-blocks-to-jsx";

const style = readFileSync(createRequire(import.meta.url).resolve("slack-blocks-to-jsx/dist/style.css"), "utf8");
const { width, kind, blocks, title, submit, close, channels } = JSON.parse(readFileSync(0, "utf8"));
const logo =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="8" fill="#274060"/>' +
      '<path d="M9 23V13m6 14V9m6 15V12m6 9v-6" stroke="#f4d35e" stroke-width="3" stroke-linecap="round"/></svg>',
  );
// As Slack draws a field, and the library does not: "(optional)" behind its label, one line where it takes one, no word on Enter.
const optional = (block) =>
  block.type === "input" && block.optional
    ? { ...block, label: { ...block.label, text: `${block.label.text} (optional)` } }
    : block;
const typed = blocks.filter((block) => block.type === "input" && block.element.type === "plain_text_input");
const fields = typed.map((block) => (block.element.multiline ? "several" : "one"));
const drawn = renderToStaticMarkup(
  createElement(Message, {
    blocks: blocks.map(optional),
    data: { channels },
    name: "Tunewise",
    logo,
    time: new Date("2026-11-20T10:04:00Z"),
    withoutWrapper: kind !== "message",
    ...(kind === "message" ? {} : { unstyled: false }),
  }),
);
const body = drawn
  .replace(/<p>[^<]*to submit<\/p>/g, "")
  .replace(/<textarea /g, () => `<textarea data-lines="${fields.shift()}" `);
const escaped = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
const bar = kind === "modal" ? `<div class="bar"><b>${escaped(title)}</b><span>×</span></div>` : "";
const foot =
  kind === "modal"
    ? `<div class="foot">${close ? `<button>${escaped(close)}</button>` : ""}${submit ? `<button class="go">${escaped(submit)}</button>` : ""}</div>`
    : "";
process.stdout.write(`<!doctype html><meta charset="utf-8"><style>${style}</style><style>
* { box-sizing: border-box }
body { margin: 0; width: ${width}px; background: #fff; font-family: Lato, "Noto Color Emoji", sans-serif; font-size: 15px; color: #1d1c1d }
.frame { padding: 14px 18px 16px }
.slack_blocks_to_jsx--block_wrapper + .slack_blocks_to_jsx--block_wrapper { margin-top: 6px }
.bar, .foot { display: flex; padding: 14px 18px; align-items: center; gap: 10px; border-bottom: 1px solid #ddd; font-size: 18px }
.bar span { margin-left: auto; color: #616061; font-size: 24px; line-height: 1 }
.foot { justify-content: flex-end; border: 0; border-top: 1px solid #ddd }
.foot button { font: inherit; font-size: 15px; font-weight: 700; padding: 7px 14px; border: 1px solid #bbb; border-radius: 8px; background: #fff }
textarea { resize: none !important }
textarea[data-lines="one"] { height: 38px !important; min-height: 0 !important; overflow: hidden }
textarea[data-lines="several"] { height: 64px !important; min-height: 0 !important }
.foot .go { background: #007a5a; color: #fff; border-color: #007a5a }
</style><body>${bar}<div class="frame slack_blocks_to_jsx">${body}</div>${foot}
<script>document.title = Math.ceil(document.body.getBoundingClientRect().height)</script></body>`);
