// The page without reloading: posts forms in place, shows that it works, and leads eye, focus and screen reader to what is new.
// Everything works without this file; it only takes over what the forms do anyway.
"use strict";

const part = (id) => document.getElementById(id);
const PARTS = ["working", "error", "notice"];
let busy = false;
let shown = location.pathname;

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const url = new URL(form.getAttribute("action") || location.pathname, location.href);
  if (form.hasAttribute("data-plain") || url.pathname.startsWith("/sign") || event.submitter?.value === "card/export") return;
  event.preventDefault();
  if (busy) return;
  const typed = form.id === "say";
  show(true);
  try {
    await send(form, url, event.submitter, typed);
  } catch {
    say("error", "That could not be sent: the server did not answer. What you wrote is still here; try again.");
    part("text")?.focus();
  }
  show(false);
});

async function send(form, url, submitter, typed) {
  const sent = typed ? part("text")?.value ?? "" : "";
  const body = new URLSearchParams(new FormData(form, submitter));
  const stop = listen(form, body);
  let answer, text;
  try {
    answer = await fetch(url, { method: "POST", body, headers: { Accept: "text/html" }, redirect: "follow" });
    text = await answer.text();
  } finally {
    stop();
  }
  if (!answer.headers.get("Content-Type")?.startsWith("text/html")) {
    let sentence = "";
    try { sentence = JSON.parse(text).error; } catch { /* no JSON: the sentence below */ }
    say("error", sentence || "That could not be worked on; what you wrote is still here, so try again.");
    part("text")?.focus();
    return;
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  if (!page.getElementById("log")) { // signed out: that page has what was typed
    document.replaceChild(page.documentElement, document.documentElement);
    part("token")?.focus();
    return;
  }
  if (answer.ok) {
    const to = new URL(answer.url);
    if (to.pathname !== location.pathname) history.pushState(null, "", to.pathname + to.search);
    shown = to.pathname;
  }
  takeOver(page, { failed: !answer.ok, typed, sent, from: form.closest("article")?.id ?? submitter?.closest("article")?.id });
}

// Shows an answer while it is being made, where that can be; the page that comes back takes its place.
function listen(form, body) {
  if (!("shows" in form.dataset)) return () => {};
  const ticket = Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");
  const source = new EventSource(`/showing/${ticket}`), place = part("showing");
  body.set("ticket", ticket);
  source.onmessage = (event) => {
    place.querySelector(".sofar").textContent = JSON.parse(event.data).text;
    place.hidden = false;
    place.scrollIntoView({ block: "nearest" });
  };
  source.addEventListener("end", () => source.close());
  return () => { source.close(); place.hidden = true; };
}

// Takes over what differs in a page that was fetched, entry by entry, so that a screen reader hears only what is new.
function takeOver(page, { failed, typed, sent, from }) {
  document.title = page.title;
  const log = part("log"), theirs = page.getElementById("log");
  const before = new Set([...log.children].map((each) => each.id));
  if (!failed || theirs.children.length) merge(log, theirs);
  for (const id of PARTS) {
    const now = page.getElementById(id);
    part(id).className = now.className;
    part(id).textContent = now.textContent;
  }
  const kept = part("text").value;
  const writing = !from && document.activeElement === part("text"); // then the focus stays, whatever is new
  const name = part("name").value;
  for (const id of ["intro", "say"]) {
    const mine = part(id), now = page.getElementById(id);
    if (mine && now) mine.replaceWith(now);
    else if (mine) mine.remove();
  }
  document.querySelector("footer")?.replaceWith(page.querySelector("footer"));
  if (failed || !typed) part("text").value = kept;
  else part("text").value = kept.startsWith(sent) ? kept.slice(sent.length) : kept; // what was typed meanwhile
  part("name").value = name;
  if (failed) { part("text").focus(); return; }
  const news = [...log.querySelectorAll("article")].filter((each) => !before.has(each.id));
  const asked = news.findLast((each) => each.classList.contains("ours"));
  const stays = from && !asked ? part(from) : null;
  (news.find((each) => each.classList.contains("ours")) ?? stays)?.scrollIntoView({ block: stays ? "nearest" : "start" });
  if (typed || writing) part("text").focus({ preventScroll: true });
  else if (!stays?.contains(document.activeElement)) (stays?.querySelector("button, select, input") ?? asked ?? stays)?.focus({ preventScroll: true });
  look();
}

function merge(log, theirs) {
  const known = new Map([...log.children].map((each) => [each.id, each]));
  const order = [...theirs.children].filter((each) => each.id !== "latest");
  const ids = new Set(order.map((each) => each.id));
  for (const [id, each] of known) if (!ids.has(id)) each.remove();
  for (const now of order) {
    const mine = known.get(now.id);
    if (!mine) log.append(now);
    else if (mine.innerHTML !== now.innerHTML && !sameButOpen(mine, now)) mine.replaceWith(now);
  }
}

// A card whose details somebody opened is still the same card.
function sameButOpen(mine, now) {
  const closed = mine.cloneNode(true);
  for (const each of closed.querySelectorAll("details")) each.removeAttribute("open");
  return closed.innerHTML === now.innerHTML;
}

function show(working) {
  busy = working;
  document.querySelector("main")?.setAttribute("aria-busy", String(working));
  if (working) { say("error", ""); say("notice", ""); say("working", "Working on it…"); }
  else if (part("working")?.textContent === "Working on it…") say("working", "");
}

function say(id, sentence) {
  const place = part(id);
  if (!place) return;
  place.textContent = sentence;
  if (id === "error") place.className = sentence ? "error" : "";
}

// Enter sends and Shift+Enter breaks the line, where there is a keyboard.
document.addEventListener("keydown", (event) => {
  const keyboard = !matchMedia("(pointer: coarse)").matches || event.ctrlKey || event.metaKey;
  if (event.target.id !== "text" || event.key !== "Enter" || event.shiftKey || event.isComposing || !keyboard) return;
  event.preventDefault();
  event.target.form.requestSubmit(event.target.form.querySelector("button"));
});

// Looks again where a message is still being worked on; without a script the page does so by itself.
function look() {
  if (part("working")?.className === "waiting") {
    setTimeout(async () => {
      const answer = await fetch(location.pathname).catch(() => null);
      if (!busy && answer?.ok) takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"), { failed: false, typed: false });
      else if (!answer?.ok) look();
    }, 3000);
  }
}

addEventListener("popstate", () => { if (location.pathname !== shown) location.reload(); }); // not for a link within the page
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
part("latest")?.nextElementSibling?.scrollIntoView({ block: "start" });
