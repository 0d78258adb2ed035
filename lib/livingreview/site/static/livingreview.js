/* What a reader can do with a page beyond reading it. Everything is complete without this script. */
(() => {
  "use strict";
  const here = document.currentScript.src;
  const root = new URL("..", here).href; // of the site: this script is in _static
  /** A message of the page's language with its gaps filled. */
  const say = (name, gaps = {}) =>
    window.livingreviewWords[name].replace(/\{(\w+)\}/g, (gap, field) => (field in gaps ? gaps[field] : gap));
  const data = () => document.querySelector('meta[name="livingreview-data"]').content;
  const make = (tag, attributes, ...children) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...children);
    return element;
  };

  document.querySelector("#main-content .bd-search input")?.focus(); // on the page that searches

  /* Numbers: method, patients and data version beside the number that is pointed at or focused. */
  let shown = null;
  let closing = null;

  const hide = () => {
    if (!shown) return;
    shown.card.remove();
    shown.link.removeAttribute("aria-describedby");
    shown = null;
  };
  const hideSoon = () => { closing = setTimeout(hide, 250); };
  const keep = () => clearTimeout(closing);
  const leave = (event) => { // whatever has the focus next must not lie under the card
    const next = event.relatedTarget;
    if (shown && next !== shown.link && !shown.card.contains(next)) hide();
  };

  function explain(link) {
    keep();
    if (shown && shown.link === link) return;
    hide();
    const number = link.querySelector(".num");
    const row = number.dataset.row;
    const card = make("span", { className: "lr-about", id: "lr-about" },
      make("span", { className: "lr-about-words", textContent: number.dataset.about }),
      make("span", { textContent: say("data", { hash: data() }) }),
      make("a", { href: `${root}results.csv#row=${row}`, textContent: say("row", { row }) }));
    card.addEventListener("pointerenter", keep);
    card.addEventListener("pointerleave", hideSoon);
    card.addEventListener("focusout", leave);
    card.addEventListener("focusin", keep);
    link.after(card);
    link.setAttribute("aria-describedby", card.id);
    shown = { link, card };
    place();
  }

  function place() {
    const { link, card } = shown;
    const number = link.getBoundingClientRect();
    if (number.bottom < 0 || number.top > innerHeight) return hide();
    const room = document.documentElement.clientWidth;
    const width = Math.min(320, room - 16);
    card.style.width = `${width}px`;
    card.style.left = `${Math.max(8, Math.min(number.left, room - width - 8))}px`;
    const above = number.bottom + card.offsetHeight + 8 > innerHeight;
    card.style.top = `${above ? number.top - card.offsetHeight - 4 : number.bottom + 4}px`;
  }

  for (const number of document.querySelectorAll("a > .num")) {
    const link = number.parentElement;
    link.addEventListener("pointerenter", () => explain(link));
    link.addEventListener("pointerleave", hideSoon);
    link.addEventListener("focus", () => explain(link));
    link.addEventListener("blur", leave);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shown) return;
    const { link, card } = shown;
    if (card.contains(document.activeElement)) link.focus();
    hide();
  });
  addEventListener("scroll", () => { if (shown) place(); }, { passive: true });

  /* Files made from what is on the page. */
  function save(name, type, content) {
    const address = URL.createObjectURL(new Blob([content], { type }));
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }
  const quoted = (cell) => {
    const text = cell === null || cell === undefined ? "" : String(cell);
    const safe = /^[=+@\t\r-]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
    return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const csv = (rows) => rows.map((row) => row.map(quoted).join(",")).join("\n") + "\n";

  for (const button of document.querySelectorAll(".lr-table-csv")) {
    button.addEventListener("click", () => {
      const table = button.closest(".lr-table-save").previousElementSibling.querySelector("table")
        || button.closest(".lr-table-save").previousElementSibling;
      const words = (cell) => {
        const copy = cell.cloneNode(true);
        copy.querySelectorAll(".lr-about, .headerlink").forEach((extra) => extra.remove());
        return copy.textContent.replaceAll("\u00a0", " ").replace(/\s+/g, " ").trim();
      };
      save(`${table.id || "table"}.csv`, "text/csv", csv([...table.rows].map((row) => [...row.cells].map(words))));
    });
  }
  for (const button of document.querySelectorAll(".lr-copy")) {
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.textContent);
      } catch { // not allowed from disk in every browser: the text is selected instead
        getSelection().selectAllChildren(source);
        document.execCommand("copy");
      }
      button.textContent = say("copied");
      setTimeout(() => { button.textContent = say("copy"); }, 2000);
    });
  }

  /* Charts: the drawing is there from the start; the first touch puts a live one in its place. */
  const scripts = {};
  /** What a script beside this one leaves behind, loaded when it is first needed. */
  function loaded(file, name) {
    scripts[file] = scripts[file] || new Promise((ready, failed) => {
      const script = make("script", { src: new URL(file, here).href });
      script.onload = () => ready(window[name]);
      script.onerror = failed;
      document.head.append(script);
    });
    return scripts[file];
  }
  const percent = (share) => `${(Math.round(share * 1000 + 1e-9) / 10).toFixed(1)} %`;
  const months = (t) => say("months", { time: Number(t.toFixed(3)) });

  /** The specification with what only a live chart has: a reading line, and a legend that isolates a group. */
  function lively(spec, kind) {
    if (kind !== "survival") return spec;
    const main = spec.vconcat.find((part) => part.name === "curves");
    const named = main.layer.map((layer) => [layer.name?.replace(/_\d+$/, ""), layer]); // Altair numbers names
    const { line, ...others } = Object.fromEntries(named);
    const { x, y } = line.encoding;
    if (line.encoding.color.legend) {
      line.params = [{ name: "only", select: { type: "point", fields: ["group"] }, bind: "legend" }];
      const faded = (full) => ({ condition: { param: "only", value: full }, value: 0.08 });
      for (const layer of [line, ...Object.values(others)]) layer.encoding.opacity = faded(layer.mark.opacity ?? 1);
    }
    spec.params = [{ name: "reading", value: null }];
    const when = { condition: { test: "datum.t === reading", value: 0.7 }, value: 0 };
    main.layer.push(
      { data: { name: "steps" }, mark: { type: "rule", color: "currentColor", strokeDash: [3, 3] },
        encoding: { x: { ...x, axis: undefined }, opacity: when } },
      { data: { name: "steps" }, mark: { type: "point", filled: true, size: 70, color: "currentColor" },
        encoding: { x, y, opacity: { condition: { test: "datum.t === reading", value: 1 }, value: 0 } } },
      { data: { name: "steps" }, mark: { type: "point", opacity: 0, size: 1 }, encoding: { x, y },
        params: [{ name: "near", select: { type: "point", nearest: true, on: "pointermove, pointerdown", clear: false, encodings: ["x"] } }] });
    return spec;
  }

  /** Where a curve that is not known may run at a time. */
  function somewhere(steps, t) {
    const row = steps.findLast((step) => step.t <= t);
    const ends = row.from === row.to ? percent(row.from) : say("somewhere", { low: percent(row.from), high: percent(row.to) });
    return `${ends}, ${say("atRisk", { n: row.at_risk })}`;
  }

  /** What the curves say at a time: the step that holds there, of every group. */
  function reading(steps, t) {
    const groups = [...new Set(steps.map((row) => row.group))];
    return groups.map((group) => {
      const row = steps.filter((step) => step.group === group && step.t <= t).at(-1);
      if (!row) return "";
      const name = group === "all" ? "" : `${group}: `;
      const limits = row.from === null || row.to === null ? "" : ` (${say("range", { low: percent(row.from), high: percent(row.to) })})`;
      const followed = row.t === t ? `, ${say("atRisk", { n: row.at_risk })}` : ""; // between two steps nobody counted
      return `${name}${percent(row.survival)}${limits}${followed}`;
    }).filter(Boolean).join("; ");
  }

  async function enliven(chart) {
    if (chart.dataset.live) return;
    chart.dataset.live = "soon";
    const stored = JSON.parse(chart.querySelector(".lr-spec").textContent);
    const drawing = chart.querySelector(".lr-drawing");
    const narrow = getComputedStyle(drawing.querySelector(".lr-chart-narrow")).display !== "none";
    const picture = drawing.querySelector(narrow ? ".lr-chart-narrow svg" : ".lr-chart-wide svg");
    const size = narrow ? "narrow" : "wide";
    const datasets = { ...stored.datasets, ...(narrow ? stored.narrow_datasets : {}) };
    const spec = lively({ ...structuredClone(stored[size]), datasets }, chart.dataset.kind);
    fit(spec, picture);
    let embed;
    try {
      embed = await loaded("livingreview-vega.js", "vegaEmbed");
    } catch {
      chart.dataset.live = "";
      return;
    }
    const host = make("div", { className: "lr-live" });
    drawing.append(host);
    const { view } = await embed(host, spec, { actions: false, renderer: "svg", mode: "vega-lite", ast: true, tooltip: { theme: "custom" } });
    host.querySelector("svg").setAttribute("aria-hidden", "true");
    drawing.classList.add("lr-has-live");
    chart.dataset.live = "yes";
    if (chart.dataset.kind === "survival") readable(chart, drawing, view, datasets.steps);
  }

  /** Drawn at the size it has on the page, so that the pointer is where the reader sees it. */
  function fit(spec, picture) {
    const natural = picture.viewBox.baseVal;
    const place = picture.getBoundingClientRect();
    const parts = spec.vconcat || [spec];
    for (const part of parts) if (part.width) part.width = Math.max(Math.min(120, part.width), part.width + place.width - natural.width);
    if (parts[0].height) parts[0].height = Math.max(Math.min(120, parts[0].height), parts[0].height + place.height - natural.height);
  }

  function readable(chart, drawing, view, steps) {
    const words = chart.querySelector(".lr-reading");
    const times = [...new Set(steps.map((row) => row.t))].sort((a, b) => a - b);
    let at = -1;
    const tell = (t) => {
      at = times.indexOf(t);
      view.signal("reading", t).runAsync();
      words.textContent = say("at", { time: months(t), curves: (chart.dataset.illustrative ? somewhere : reading)(steps, t) });
    };
    view.addSignalListener("near", (_, value) => { if (value.t) tell(value.t[0]); });
    const walk = (step) => tell(times[Math.max(0, Math.min(times.length - 1, at + step))]);
    chart.walk = walk;
    if (chart.waiting) walk(chart.waiting); // a key pressed while the script was on its way
  }

  /** A drawing that needs nothing of the page: with the colours and the letters that it has here. */
  async function whole(picture) {
    const faces = await loaded("review-sans.js", "livingreviewFaces").catch(() => "");
    const copy = picture.cloneNode(true);
    const letters = document.createElementNS("http://www.w3.org/2000/svg", "style");
    letters.textContent = faces;
    copy.prepend(letters);
    const style = getComputedStyle(picture);
    const background = getComputedStyle(document.body).backgroundColor;
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.style.color = style.color;
    copy.style.background = background;
    return { text: new XMLSerializer().serializeToString(copy).replaceAll("currentColor", style.color), background };
  }
  const visible = (chart) => [...chart.querySelectorAll(".lr-drawing svg")].find((svg) => svg.getBoundingClientRect().width > 0);

  const PLACES = new Set(["from", "to", "top", "bottom", "middle", "order", "y", "dark", "heading", "under", "over", "lines", "everybody"]); // of the drawing
  const drawnColumns = (rows) =>
    Object.fromEntries(Object.keys(rows[0] || {}).filter((name) => !PLACES.has(name)).map((name) => [name, name]));
  const savers = {
    svg: async (chart, name) => save(`${name}.svg`, "image/svg+xml", (await whole(visible(chart))).text),
    png: async (chart, name) => {
      const { text, background } = await whole(visible(chart));
      const box = visible(chart).viewBox.baseVal;
      const canvas = make("canvas", { width: box.width * 2, height: box.height * 2 });
      const image = new Image();
      image.onload = () => {
        const pen = canvas.getContext("2d");
        pen.fillStyle = background;
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => save(`${name}.png`, "image/png", blob));
      };
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    },
    csv: (chart, name) => {
      const { datasets } = JSON.parse(chart.querySelector(".lr-spec").textContent);
      const rows = datasets[chart.dataset.table];
      const columns = chart.dataset.kind !== "survival" ? drawnColumns(rows) : chart.dataset.illustrative
        ? { t: "t", survival_low: "from", survival_high: "to", at_risk: "at_risk", one_example: "survival" }
        : { t: "t", survival: "survival", low: "from", high: "to", at_risk: "at_risk", group: "group" };
      const fields = Object.values(columns);
      save(`${name}.csv`, "text/csv", csv([Object.keys(columns), ...rows.map((row) => fields.map((field) => row[field]))]));
    },
  };

  for (const chart of document.querySelectorAll(".lr-chart")) {
    const drawing = chart.querySelector(".lr-drawing");
    drawing.tabIndex = 0;
    drawing.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step || chart.dataset.kind !== "survival") return;
      event.preventDefault();
      if (chart.walk) chart.walk(step);
      else chart.waiting = step;
    });
    for (const event of ["pointerenter", "pointerdown", "focus"]) drawing.addEventListener(event, () => enliven(chart), { once: true });
    for (const button of chart.querySelectorAll("[data-save]")) {
      button.addEventListener("click", () => savers[button.dataset.save](chart, chart.dataset.name));
    }
  }
})();
