// Improves the page: workbooks can be dropped, and progress is shown without loading the page anew.
"use strict";

const form = document.getElementById("upload");
const progress = document.getElementById("progress");

function take(files) {
  const problem = form.querySelector("[role=alert]");
  const bytes = [...files].reduce((sum, file) => sum + file.size, 0);
  problem.hidden = bytes <= Number(form.dataset.size);
  problem.textContent = problem.hidden ? "" : form.dataset.tooLarge;
  return problem.hidden;
}

if (form) {
  const input = form.elements.books;
  form.addEventListener("submit", (event) => {
    if (!take(input.files)) event.preventDefault();
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.toggle("over", kind === "dragover");
    });
  }
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

async function renew() {
  const text = await (await fetch(location.href)).text();
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const focused = document.activeElement && document.activeElement.id;
  document.getElementById("list").replaceWith(fresh.getElementById("list"));
  document.head.querySelectorAll("link[href$='colours.css']").forEach((link) => {
    const again = link.cloneNode();
    again.href = `${link.href.split("?")[0]}?${Date.now()}`;
    link.replaceWith(again);
  });
  if (focused) document.getElementById(focused)?.focus();
  progress.textContent = fresh.getElementById("progress").textContent;
  progress.dataset.running = fresh.getElementById("progress").dataset.running;
}

async function follow() {
  let seen = "";
  while (progress.dataset.running === "yes") {
    await new Promise((done) => setTimeout(done, 700));
    try {
      const state = await (await fetch(progress.dataset.state)).json();
      if (state.said !== seen) await renew();
      seen = state.said;
    } catch {
      // The server has ended, or is busy: the next turn tries again.
    }
  }
}

if (progress) follow();
