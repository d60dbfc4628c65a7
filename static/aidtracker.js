// What every page shares. Each page works without this file; it only saves taps.
(() => {
  "use strict";
  const SHORTCUT = "aidtracker.shortcut";
  const page = document;

  // Private windows may refuse storage; the shortcut then simply stays on.
  const stored = (key) => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const store = (key, value) => {
    try { localStorage.setItem(key, value); } catch { /* stays as it is for this page */ }
  };

  const typing = (node) =>
    node.isContentEditable || ["INPUT", "SELECT", "TEXTAREA"].includes(node.tagName);

  page.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key !== "/" || !plain || typing(event.target) || stored(SHORTCUT) === "off") return;
    const box = page.getElementById("q");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  const copied = async (button) => {
    const source = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      // Clipboards are closed to pages without TLS: select the text for the person instead.
      getSelection().selectAllChildren(source);
      return;
    }
    const words = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 2000);
  };

  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copied(button);
    // A link of the error summary puts the person into the field, not only near it.
    const link = event.target.closest(".error-summary a[href^='#']");
    const field = link && page.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    const label = field.labels && field.labels[0];
    (field.closest("fieldset") || label || field).scrollIntoView({ block: "start" });
  });

  // Arrow keys walk through a closed list and change it at each step, so only a choice made
  // by finger or mouse is sent at once; the button stays for everybody else.
  let pointed = false;
  page.addEventListener("pointerdown", () => { pointed = true; });
  page.addEventListener("keydown", () => { pointed = false; }, true);

  page.addEventListener("change", (event) => {
    // The button knows where to: the form around the list may be one that is being filled in.
    if (event.target.matches("[data-submit]") && pointed) event.target.nextElementSibling.click();
    if (event.target.matches("[data-shortcut]")) store(SHORTCUT, event.target.checked ? "on" : "off");
  });

  // Of several forms on a page, another language keeps the one that was typed into last.
  page.addEventListener("input", ({ target: { form } }) => {
    const list = page.getElementById("language");
    if (!form?.matches("[data-kept]") || list.form === form) return;
    const button = list.nextElementSibling;
    const to = new URL(button.hasAttribute("formaction") ? button.formAction : list.form.action);
    to.searchParams.set("next", form.getAttribute("action"));
    button.setAttribute("formaction", `${to.pathname}${to.search}`);
    [button.name, button.value] = ["redraw", "1"];
    [list, button].forEach((control) => { control.setAttribute("form", form.id); });
  });

  // Runs for the page, and again for each piece htmx puts into it.
  const enhance = (root) => {
    const summary = root.querySelector("[data-focus]");
    if (summary) summary.focus();
    root.querySelectorAll("[data-copy][hidden]").forEach((button) => { button.hidden = false; });
    root.querySelectorAll("[data-shortcut]").forEach((box) => {
      box.checked = stored(SHORTCUT) !== "off";
      box.closest("[hidden]")?.removeAttribute("hidden");
    });
  };
  enhance(page);
  page.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
})();
