"use strict";
(() => {
  const show = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
      node.hidden = false;
    }
    target.scrollIntoView();
    target.querySelector("summary")?.focus({ preventScroll: true });
  };
  addEventListener("hashchange", show);
  show();

  const text = document.getElementById("filter-text");
  const failed = document.getElementById("filter-failed");
  const filter = () => {
    const wanted = text.value.trim().toLowerCase();
    for (const node of document.querySelectorAll("details.case")) {
      const named = node.querySelector("summary").textContent.toLowerCase().includes(wanted);
      node.hidden = !named || (failed.checked && node.dataset.verdict !== "failed");
    }
    const active = wanted !== "" || failed.checked;
    for (const node of document.querySelectorAll("details.cell")) {
      node.hidden = active && !node.querySelector("details.case:not([hidden])");
    }
  };
  text.addEventListener("input", filter);
  failed.addEventListener("change", filter);
  document.getElementById("filter").hidden = false;

  for (const box of document.querySelectorAll(".curl")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(box.querySelector("code").textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    box.append(button);
  }
})();
