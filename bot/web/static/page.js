// What htmx does not do: the test chat's stream, the progress of what takes long, and three small kindnesses.
// Every form works without this file.
"use strict";

// Yields [event, data] of a stream of server-sent events, data parsed from JSON.
async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text = (text + value).replaceAll("\r\n", "\n");
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n");
      const field = (name) =>
        lines.filter((line) => line.startsWith(name + ": "))
          .map((line) => line.slice(name.length + 2)).join("\n");
      if (field("data")) yield [field("event"), JSON.parse(field("data"))];
    }
  }
}

function bubble(kind, text) {
  const made = document.createElement("div");
  made.className = "bubble " + kind;
  made.textContent = text;
  return made;
}

class TestChat {
  constructor(form) {
    this.form = form;
    this.chat = document.getElementById("chat");
    this.status = document.getElementById("status");
    this.button = form.querySelector("button");
    form.addEventListener("submit", (event) => { event.preventDefault(); this.say(); });
    this.chat.querySelector(".bubble:last-of-type")?.scrollIntoView({ block: "end" });
    new EventSource(this.chat.dataset.listen).addEventListener("said", (event) => {
      const told = JSON.parse(event.data);
      this.put(told.id, told.html);
    });
    form.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
  }

  async say() {
    const text = this.form.text.value.trim();
    const files = [...this.form.files.files].map((file) => file.name);
    if (!(text || files.length) || this.button.disabled) return;
    const body = new FormData(this.form);
    document.getElementById("chat-empty")?.remove();
    this.show(bubble("asked", text || files.join(", ")));
    this.form.text.value = "";
    this.form.files.value = "";
    this.form.reply_to.value = "";
    document.getElementById("replying")?.remove();
    this.button.textContent = this.form.dataset.ask;
    this.form.text.ariaLabel = this.form.dataset.yourQuestion;
    this.button.disabled = true;
    this.wait(this.form.dataset.looking);
    this.growing = null;
    try {
      const response = await fetch("/test-chat/stream", { method: "POST", body });
      if (response.status === 401) { location.assign("/sign-in"); return; }
      if (!response.ok) throw new Error(String(response.status));
      let last = "";
      for await (const [name, told] of eventsOf(response)) this.happen(last = name, told);
      if (last !== "answered" && last !== "failed") throw new Error("cut off");
    } catch {
      this.show(bubble("said", this.form.dataset.lost));
    } finally {
      this.wait("");
      this.button.disabled = false;
      this.form.text.focus();
    }
  }

  happen(name, told) {
    if (name === "waiting" && told.text) this.wait(told.text);
    if (name === "growing") {
      this.wait("");
      this.growing ??= this.show(bubble("said words", ""));
      this.growing.textContent = told.text;
    }
    if (name === "failed") this.show(bubble("said", told.text));
    if (name === "answered") {
      this.growing?.remove();
      this.wait("");
      this.put("", told.html);
    }
  }

  // Shows a message of the server's own template, with everything in it escaped, in place of the
  // one of the same id.
  put(id, html) {
    const made = document.createRange().createContextualFragment(html).firstElementChild;
    const before = document.getElementById(id);
    if (before?.querySelector(".prose").innerHTML === made.querySelector(".prose").innerHTML) return;
    document.getElementById("chat-empty")?.remove();
    if (before) before.replaceWith(made);
    else this.chat.insertBefore(made, this.status);
    htmx.process(made);
    made.scrollIntoView({ block: "nearest" });
  }

  show(element) {
    this.chat.insertBefore(element, this.status);
    element.scrollIntoView({ block: "nearest" });
    return element;
  }

  wait(text) {
    this.status.hidden = !text;
    this.status.textContent = text;
    if (text) this.status.scrollIntoView({ block: "nearest" });
  }
}

// Shows how far something is, and goes where its end is told.
function watchProgress(area) {
  const source = new EventSource(area.dataset.watch);
  const show = (event) => {
    const told = JSON.parse(event.data);
    area.querySelector("progress").value = told.percent;
    area.querySelector("[data-words]").textContent = told.text;
  };
  source.addEventListener("progress", show);
  source.addEventListener("ended", (event) => {
    source.close();
    show(event);
    location.assign(area.dataset.then);
  });
}

// A list that was swapped for another stands in the address, to be shared or loaded again; htmx's
// own history is off, for it would keep whole pages in the browser.
document.addEventListener("htmx:afterSettle", () => {
  const shown = document.querySelector("[data-address]");
  if (shown) history.replaceState(null, "", shown.dataset.address);
});

// Says that there is something new, to be shown at a press: a list that moves while it is read is no
// help. Where nobody answers, the page is the same without.
function watchArrivals(line) {
  const source = new EventSource(line.dataset.arrivals);
  source.addEventListener("arrived", (event) => {
    const link = line.querySelector("a");
    link.textContent = JSON.parse(event.data).text;
    link.href = location.pathname + location.search;
    line.hidden = false;
  });
  addEventListener("pagehide", () => source.close());
}

const chat = document.querySelector("form[data-test-chat]");
if (chat) new TestChat(chat);

for (const watched of document.querySelectorAll("[data-watch]")) watchProgress(watched);

for (const line of document.querySelectorAll("[data-arrivals]")) watchArrivals(line);

// At set-up the browser knows better than a server in UTC where its owner lives.
const zone = document.querySelector("input[data-guess-zone]");
if (zone && zone.value === "UTC") {
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || zone.value;
}

// Copies what stands in a field or is told by the button itself; the old way, by selecting it, where
// the browser forbids the new, as it does without https.
async function copy(text, field) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const shown = field ?? document.body.appendChild(document.createElement("textarea"));
    shown.value = text;
    shown.select();
    document.execCommand("copy");
    if (!field) shown.remove();
  }
}

for (const button of document.querySelectorAll("button[data-copy], button[data-copy-text]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    await copy(field ? field.value : button.dataset.copyText, field);
    button.textContent = button.dataset.copied;
  });
}

// Most weeks have one day five times.
for (const button of document.querySelectorAll("button[data-fill-week]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const [monday, ...days] = document.querySelectorAll("[data-week] input");
    for (const day of days.slice(0, 4)) day.value = monday.value;
  });
}

// A form that takes long says so, and is not sent twice.
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    button.textContent = form.dataset.busy;
  });
}
