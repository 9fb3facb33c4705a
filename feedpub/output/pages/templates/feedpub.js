"use strict";

// The copy buttons; the page also shows the text that they copy.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const label = button.firstElementChild;
  const text = label.textContent;
  let timer;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await copy(button.dataset.copy);
    button.focus();
    if (!copied) {
      getSelection().selectAllChildren(button.parentElement.querySelector("code"));
      return;
    }
    const status = document.getElementById("status");
    label.textContent = status.textContent = button.dataset.copied;
    clearTimeout(timer);
    timer = setTimeout(() => {
      label.textContent = text;
      status.textContent = "";
    }, 2000);
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without a secure context or the permission, use the older way to copy.
    const area = document.createElement("textarea");
    area.className = "unseen";
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}

// The filter: every word must occur in the name or the description of a feed.
const box = document.querySelector(".filter");
if (box) {
  const input = box.querySelector("input");
  const found = box.querySelector("output");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const sections = [...document.querySelectorAll(".feeds")].map((section) => ({
    section,
    rows: [...section.querySelectorAll("li")].map((row) => ({
      row,
      text: plain(`${row.children[0].textContent} ${row.children[1].textContent}`),
    })),
  }));
  const apply = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    let number = 0;
    for (const { section, rows } of sections) {
      let shown = 0;
      for (const { row, text } of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        shown += !row.hidden;
      }
      section.hidden = !shown;
      number += shown;
    }
    const { one, many, none } = box.dataset;
    found.value = words.length ? (number ? (number === 1 ? one : many).replace("{}", number) : none) : "";
  };
  box.hidden = false;
  input.addEventListener("input", apply);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target === input) {
      input.value = "";
      apply();
    } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, textarea, select")) {
      event.preventDefault();
      input.focus();
    }
  });
  // After a reload, the browser may keep the text of the input.
  apply();
}
