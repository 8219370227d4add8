"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const VERDICTS = ["passed", "failed", "skipped", "known"];
  const MARKS = ["✓", "✗", "–", "!"];
  const MOST = 200;
  const panel = document.getElementById("panel");

  const text = (at) => (at < 0 ? "" : data.texts[at]);
  const cellName = (at) => {
    const [operation, status] = data.cells[at];
    return `${data.operations[operation][0]}:${status}`;
  };
  const caseId = ([id, cell]) => (cell < 0 ? id : `${cellName(cell)}:${id}`);

  // Only ever as text: nothing that a target sent becomes markup.
  const make = (name, className, content) => {
    const node = document.createElement(name);
    if (className) node.className = className;
    if (content !== undefined) node.textContent = content;
    return node;
  };
  const link = (href, content) => {
    const node = make("a", "", content);
    node.href = href;
    return node;
  };
  const badge = (verdict) => make("span", `badge ${VERDICTS[verdict]}`, VERDICTS[verdict]);
  const block = (label, content) => {
    const node = make("div");
    const pre = make("pre");
    pre.tabIndex = 0;
    pre.append(make("code", "", content));
    node.append(make("span", "quiet", label), pre);
    return node;
  };
  const readable = (body) => {
    try {
      return JSON.stringify(JSON.parse(body), null, 2);
    } catch {
      return body;
    }
  };
  const message = (headers, body) => (body ? `${headers}\n\n${readable(body)}` : headers);

  const step = ([line, sentHeaders, sent, receivedHeaders, received, curl, checks]) => {
    const node = make("div", "step");
    const exchange = make("div", "exchange");
    exchange.append(block("sent", message(sentHeaders, sent)));
    if (receivedHeaders || received) exchange.append(block("received", message(receivedHeaders, received)));
    const first = make("p", "line");
    first.append(make("code", "", line));
    node.append(first, make("p", "quiet", checks ? `✓ ${checks}` : ""), exchange);
    if (curl) {
      const box = block("", curl);
      box.className = "curl";
      box.append(copyButton(box));
      node.append(box);
    }
    return node;
  };

  const caseRow = (at) => {
    const one = data.cases[at];
    const [, , verdict, reason, cause, exchanges, summary] = one;
    const item = make("li", "case");
    const head = exchanges < 0 ? make("p", "line") : make("summary");
    const mark = make("span", `mark ${VERDICTS[verdict]}`, MARKS[verdict]);
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", VERDICTS[verdict]);
    head.append(mark, " ", make("code", "", caseId(one)));
    if (text(summary)) head.append(" ", make("span", "quiet", text(summary)));
    if (cause >= 0) head.append(" ", link(`#cause-${cause}`, "its cause"));
    if (exchanges < 0) {
      item.append(head);
    } else {
      const details = make("details");
      details.append(head);
      details.addEventListener("toggle", () => {
        if (details.open && details.children.length === 1) {
          details.append(...data.exchanges[exchanges].map(step));
        }
      });
      item.append(details);
    }
    if (text(reason)) item.append(make("p", "reason", text(reason)));
    return item;
  };

  const list = (positions) => {
    const node = make("ul", "cases");
    let shown = 0;
    const more = make("button", "more");
    more.type = "button";
    const add = () => {
      node.append(...positions.slice(shown, shown + MOST).map(caseRow));
      shown = Math.min(shown + MOST, positions.length);
      more.hidden = shown === positions.length;
      more.textContent = `Show more of ${positions.length.toLocaleString("en")} cases`;
    };
    more.addEventListener("click", add);
    add();
    return [node, more];
  };

  const closeButton = () => {
    const button = make("button", "close", "Close");
    button.type = "button";
    button.addEventListener("click", () => {
      panel.hidden = true;
      if (location.hash.startsWith("#c")) history.replaceState(null, "", "#matrix");
    });
    return button;
  };

  const fill = (...nodes) => {
    panel.replaceChildren(closeButton(), ...nodes);
    panel.hidden = false;
  };

  const showCell = (at) => {
    const cell = data.cells[at];
    if (!cell) return;
    const [operation, , verdict, reason, needs, cases, dropped] = cell;
    const [, method, path] = data.operations[operation];
    const title = make("h2", "", `${MARKS[verdict]} ${cellName(at)} `);
    title.tabIndex = -1;
    title.append(badge(verdict));
    const nodes = [title, make("p", "path", `${method} ${path}`)];
    if (text(reason)) nodes.push(make("p", "reason", text(reason)));
    if (text(needs)) nodes.push(block("what would reach it", text(needs)));
    nodes.push(...list(cases));
    if (cases.length > 0) {
      nodes.push(make("p", "quiet", "A case can be performed again, alone, with --case ID."));
    }
    if (dropped > 0) {
      const told = `${dropped.toLocaleString("en")} more cases are left out of this page; the JSON report has them.`;
      nodes.push(make("p", "dropped", told));
    }
    fill(...nodes);
    panel.scrollIntoView({ block: "nearest" });
    title.focus({ preventScroll: true });
  };

  const show = () => {
    const cell = /^#c(\d+)$/.exec(location.hash);
    if (cell) showCell(Number(cell[1]));
  };
  addEventListener("hashchange", show);
  // The same cell once more, after it was closed.
  document.addEventListener("click", (event) => {
    const anchor = event.target.closest("a[href^='#c']");
    if (anchor && anchor.getAttribute("href") === location.hash) show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) panel.querySelector(".close").click();
  });
  show();

  const filterText = document.getElementById("filter-text");
  const filterFailed = document.getElementById("filter-failed");
  const filter = () => {
    const wanted = filterText.value.trim().toLowerCase();
    if (!wanted && !filterFailed.checked) {
      panel.hidden = true;
      return;
    }
    const found = [];
    data.cases.forEach((one, at) => {
      if (filterFailed.checked && one[2] !== 1) return;
      if (!wanted || caseId(one).toLowerCase().includes(wanted)) found.push(at);
    });
    const count = found.length.toLocaleString("en");
    fill(make("h2", "", `Cases found: ${count}`), ...list(found));
  };
  filterText.addEventListener("input", filter);
  filterFailed.addEventListener("change", filter);
  const form = document.getElementById("filter");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;

  function copyButton(box) {
    const button = make("button", "", "Copy");
    button.type = "button";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(box.querySelector("code").textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    return button;
  }
  for (const box of document.querySelectorAll(".curl")) box.append(copyButton(box));
  // A tooltip says which cell it is, without the page repeating the id in each.
  document.addEventListener("pointerover", (event) => {
    const anchor = event.target.closest(".matrix a:not([title])");
    if (!anchor) return;
    const id = anchor.closest("tr").querySelector("th span").textContent;
    anchor.title = `${id} ${anchor.getAttribute("aria-label")}`;
  });
})();
