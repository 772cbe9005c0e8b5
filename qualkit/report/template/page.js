"use strict";
/* The table stands in the page already; the script opens what is behind its figures, searches, filters and paints the map. */
const $ = id => document.getElementById(id);
const data = JSON.parse($("data").textContent), say = data.words;
const sound = $("sound") ? JSON.parse($("sound").textContent) : {};
const STEP = 40;  // excerpts that are added to a list at once
const grid = $("grid"), dialog = $("cell");
const rows = [...grid.tBodies[0].rows], lines = [...rows, ...grid.tFoot.rows];
const columns = [...$("column").options].slice(1).map(option => option.text);
const kinds = rows.map(row => columns.map((_, j) => row.cells[j + 1].className));  // before a filter changes them
const behind = rows.map(() => columns.map(() => []));  // the excerpts of each cell
const places = data.excerpts.map(() => []);            // the cells of each excerpt
for (const [i, j, found] of data.cells) {
  behind[i][j] = found;
  for (const n of found) places[n].push([i, j]);
}

const locale = (() => { try { return new Intl.Locale(data.language); } catch { return undefined; } })();  // sv_SE is none
const fold = text => text.normalize("NFC").toLocaleLowerCase(locale);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const name = i => rows[i].cells[0].firstChild.data.trim();

/* Search and filter */
const folded = [];  // the words of each excerpt that a search looks at
function wordsOf(n) {
  const [quote, source, who, , codes] = data.excerpts[n];
  return folded[n] ??= fold([quote, data.sources[source][0], who, ...codes].join("\n"));
}
function wanted() {
  return { words: fold($("search").value).split(/\s+/).filter(Boolean), kind: $("kind").value,
           row: $("row").value, column: $("column").value };
}
function fits(n, { words, kind }) {
  return (!kind || data.sources[data.excerpts[n][1]][1] === kind) && words.every(word => wordsOf(n).includes(word));
}
function update() {
  const want = wanted(), narrow = want.words.length > 0 || want.kind !== "";
  const fit = data.excerpts.map((_, n) => !narrow || fits(n, want));
  const all = !$("empty") || $("empty").checked;
  rows.forEach((row, i) => {
    row.hidden = want.row !== "" ? +want.row !== i : !all && row.classList.contains("empty");
    columns.forEach((_, j) => {
      const out = narrow && behind[i][j].length > 0 && !behind[i][j].some(n => fit[n]);
      row.cells[j + 1].classList.toggle("out", out);
    });
  });
  for (const row of [...grid.tHead.rows, ...lines])
    columns.forEach((_, j) => { row.cells[j + 1].hidden = want.column !== "" && +want.column !== j; });
  const here = ([i, j]) => (want.row === "" || +want.row === i) && (want.column === "" || +want.column === j);
  const found = data.excerpts.map((_, n) => n).filter(n => fit[n] && places[n].some(here));
  $("status").textContent = fill(say.shown, { n: found.length, total: data.excerpts.length });
  $("brackets").hidden = !narrow;
  show($("list"), $("more"), found, want.words, say.none);
  if (want.column !== "" && $("map")) paint(+want.column);
  if (current.hidden || current.parentNode.hidden) rove(visible(lines.find(row => !row.hidden))[0], false);
}

/* Lists of excerpts */
function show(list, more, found, words, none) {
  list.replaceChildren();
  let next = 0;
  const add = () => {
    const from = next;
    next = Math.min(found.length, next + STEP);
    list.append(...found.slice(from, next).map(n => entry(n, words)));
    more.hidden = next === found.length;
    more.textContent = fill(say.more, { n: Math.min(STEP, found.length - next) });
    return list.children[from];
  };
  add();
  more.onclick = () => { const first = add(); first.tabIndex = -1; first.focus(); };
  if (!found.length) list.append(made("li", none));
}
function made(tag, text, kind) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (kind) element.className = kind;
  return element;
}
function entry(n, words) {
  const [quote, source, who, when, codes, coders = [], memos = []] = data.excerpts[n];
  const [title, , kind, language] = data.sources[source];
  const item = made("li"), words_ = made("blockquote");
  words_.lang = language || data.language;
  words_.dir = "auto";
  words_.append(...marked(quote, words));
  const cases = [...new Set(places[n].map(([i]) => name(i)))].join(", ");
  item.append(words_, made("p", [cases, title ? `${title} (${kind})` : kind, who, when].filter(Boolean).join(" · "), "from"));
  item.append(made("p", codes.join(" · "), "from codes"));
  if (coders.length) item.append(made("p", `${say.coders}: ${coders.join(", ")}`, "from"));
  for (const memo of memos) item.append(made("p", `${say.memo}: ${memo}`, "from"));
  if (n in sound) {
    const player = made("audio");
    Object.assign(player, { controls: true, preload: "metadata", src: `data:audio/mpeg;base64,${sound[n]}` });
    player.setAttribute("aria-label", `${say.sound}: ${title}, ${when}`);
    item.append(player);
  }
  return item;
}
function marked(text, words) {
  const low = fold(text);
  if (!words.length || low.length !== text.length) return [text];
  const parts = [];
  for (let at = 0; at < text.length;) {
    const hits = words.map(word => [low.indexOf(word, at), word.length]).filter(([start]) => start >= 0);
    const [start, length] = hits.sort((a, b) => a[0] - b[0] || b[1] - a[1])[0] ?? [text.length, 0];
    parts.push(text.slice(at, start));
    if (length) parts.push(made("mark", text.slice(start, start + length)));
    at = start + length;
  }
  return parts;
}

/* What is behind a figure */
function open(cell) {
  const i = rows.indexOf(cell.parentNode), j = cell.cellIndex - 1;
  const across = columns.map((_, k) => k).filter(k => j >= columns.length || k === j);
  const down = rows.map((_, k) => k).filter(k => i < 0 || k === i);
  const found = [...new Set(down.flatMap(k => across.flatMap(m => behind[k][m])))].sort((a, b) => a - b);
  const heads = [i < 0 ? say.everything : name(i), j < columns.length ? columns[j] : say.everything];
  const want = wanted(), fit = found.filter(n => fits(n, want));
  $("cell-title").textContent = heads.join(": ");
  const note = $("cell-note");
  note.textContent = !found.length ? why(cell) : found.length === 1 ? say.one : fill(say.many, { n: found.length });
  if (fit.length < found.length) {
    note.textContent = fill(say.fits, { n: fit.length, total: found.length });
    const all = made("button", fill(say.all, { n: found.length }));
    all.onclick = () => { show($("cell-list"), $("cell-more"), found, want.words, ""); all.remove(); $("cell-title").focus(); };
    note.append(" ", all);
  }
  show($("cell-list"), $("cell-more"), fit, want.words, "");
  dialog.showModal();
  dialog.scrollTop = 0;
  $("cell-title").focus();
}
function why(cell) {
  const zero = [...cell.classList].find(kind => kind.startsWith("zero-"));
  return say[zero?.replaceAll("-", " ")] ?? say["no excerpts"];
}
$("close").onclick = () => dialog.close();
dialog.onclick = event => { if (event.target === dialog) dialog.close(); };

/* Keys of the table: one cell at a time is reached with Tab, the others with arrows */
let current = rows.find(row => !row.classList.contains("empty"))?.cells[1] ?? lines[0].cells[1];
const visible = row => [...row.cells].filter(cell => cell.tagName === "TD" && !cell.hidden && cell.hasAttribute("tabindex"));
function rove(cell, focus = true) {
  current.tabIndex = -1;
  current = cell;
  current.tabIndex = 0;
  if (focus) current.focus();
}
grid.onkeydown = event => {
  const shown = lines.filter(row => !row.hidden), at = shown.indexOf(current.parentNode);
  const cells = visible(current.parentNode), x = cells.indexOf(current), end = event.ctrlKey || event.metaKey;
  const down = by => {
    const there = visible(shown[Math.max(0, Math.min(shown.length - 1, at + by))]);
    return there[Math.min(x, there.length - 1)];
  };
  const edge = last => (end ? visible(shown.at(last ? -1 : 0)) : cells).at(last ? -1 : 0);
  const to = { ArrowLeft: () => cells[x - 1], ArrowRight: () => cells[x + 1], ArrowUp: () => down(-1), ArrowDown: () => down(1),
               PageUp: () => down(-10), PageDown: () => down(10), Home: () => edge(false), End: () => edge(true) }[event.key];
  if (event.altKey || !(to || event.key === "Enter" || event.key === " ")) return;
  event.preventDefault();
  if (!to) open(current);
  else rove(to() ?? current);
};
grid.onclick = event => {
  const cell = event.target.closest("td[tabindex]");
  if (cell) { rove(cell); open(cell); }
};

/* The map shows a column of the table */
function paint(j) {
  const spoken = [];
  $("map-column").value = j;
  rows.forEach((row, i) => {
    const path = $(`m-${row.dataset.row}`), figure = $(`l-${row.dataset.row}`), cell = row.cells[j + 1];
    if (!path) return;
    const words = `${name(i)}: ${cell.getAttribute("aria-label") ?? cell.textContent}`;
    path.setAttribute("class", kinds[i][j]);
    path.firstChild.textContent = words;
    path.onclick = () => { rove(cell, false); open(cell); };
    if (figure) {
      figure.setAttribute("class", `figure ${kinds[i][j]}`);
      figure.textContent = cell.textContent;
    }
    if (!row.classList.contains("empty")) spoken.push(words);
  });
  $("map-title").textContent = `${say.map}: ${columns[j]}`;
  $("map-text").textContent = spoken.join("; ");
  const found = rows.map((_, i) => i).filter(i => kinds[i][j].startsWith("step") && $(`m-${rows[i].dataset.row}`));
  const figure = i => parseFloat(rows[i].cells[j + 1].textContent.replace(",", "."));
  $("places").replaceChildren(...found.sort((a, b) => figure(b) - figure(a)).map(i => {
    const line = made("li"), button = made("button");
    button.append(made("span", rows[i].cells[j + 1].textContent, `box ${kinds[i][j]}`), made("span", name(i)));
    button.onclick = () => open(rows[i].cells[j + 1]);
    line.append(button);
    return line;
  }));
}

let waiting = 0;
$("filters").onsubmit = event => event.preventDefault();
$("filters").onreset = () => setTimeout(update);
$("filters").oninput = event => { clearTimeout(waiting); waiting = setTimeout(update, event.target.id === "search" ? 150 : 0); };
if ($("empty")) $("empty").onchange = update;
if ($("map")) {
  const totals = columns.map((_, j) => new Set(behind.flatMap(row => row[j])).size);
  paint(totals.indexOf(Math.max(...totals)));
  $("map-column").onchange = event => paint(+event.target.value);
}
rove(current, false);
update();
