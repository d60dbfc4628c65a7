// What tests ask of a page, beside axe. It stays in the window when the next page is put there.
window.looking = {
  // Puts a page into this window and opens what is folded in it, so that it is looked at too.
  //
  // The browser does what it does with a page it goes to, under the same policy, but makes no
  // process, window and copy of axe for it: that would take three times as long as looking.
  async put(address) {
    const text = await (await fetch(address)).text();
    document.open();
    const there = new Promise((done) => addEventListener("load", done, { once: true }));
    document.write(text);
    document.close();
    await there;
    for (const one of document.querySelectorAll("details")) one.open = true;
  },

  tooWide() {
    return document.documentElement.scrollWidth > innerWidth;
  },

  // What is tapped, but is lower than a finger needs.
  small() {
    const tapped = [...document.querySelectorAll("main :is(button, a.button, input:not([type=hidden]))")];
    return tapped.filter((one) => one.getClientRects().length)
      .filter((one) => one.getBoundingClientRect().height < (one.type === "checkbox" ? 24 : 44))
      .map((one) => one.outerHTML);
  },

  // Leaves the first two and the last of rows that are made alike: axe learns nothing from the rest.
  thin() {
    for (const parent of document.querySelectorAll("tbody, main")) {
      const alike = new Map();
      for (const row of parent.querySelectorAll(":scope > tr, :scope > details")) {
        const make = looking.make(row);
        alike.set(make, [...(alike.get(make) || []), row]);
      }
      for (const rows of alike.values()) for (const row of rows.slice(2, -1)) row.remove();
    }
  },

  // How an element is made: everything but the words and where its links lead.
  make(one) {
    const named = [...one.attributes].map(({ name, value }) =>
      ["id", "href", "for", "name", "value", "aria-label", "datetime"].includes(name)
        ? `${name}=${Boolean(value)}` : `${name}=${value}`);
    const inside = [...one.childNodes].map((child) =>
      child.nodeType === Node.ELEMENT_NODE ? looking.make(child) : child.data.trim() ? "words" : "");
    return `<${one.tagName} ${named.sort()}>${[...new Set(inside)].join("")}`;
  },

  // Marks text whose colours on their ground are among the known ones; tells the others.
  markKnown(known) {
    const grounds = new Map([[null, ""]]);
    const groundOf = (one) => {
      if (!grounds.has(one)) {
        const { backgroundColor, backgroundImage, opacity, filter, position, clip, clipPath } =
          getComputedStyle(one);
        const own = [backgroundColor, backgroundImage, opacity, filter, position, clip, clipPath];
        grounds.set(one, `${own.join(" ")} < ${groundOf(one.parentElement)}`);
      }
      return grounds.get(one);
    };
    const all = new Set(known);
    const fresh = new Set();
    // Axe does not judge what is disabled, and a label goes with its field.
    for (const one of document.querySelectorAll("body *:not(input, select, textarea, label, label *, :disabled)")) {
      const words = [...one.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE)
        .map((child) => child.data.trim()).join("");
      // One letter alone axe does not judge either.
      if (words.length < 2) continue;
      const { color, fontSize, fontWeight, textShadow } = getComputedStyle(one);
      const look = [one.tagName, one.className, color, fontSize, fontWeight, textShadow,
        groundOf(one)].join("; ");
      if (all.has(look)) one.dataset.known = "";
      else fresh.add(look);
    }
    return [...fresh];
  },

  // What axe finds. Colours are looked at unless `known` is null, those that are known once.
  async faults(known) {
    const looks = known ? looking.markKnown(known) : [];
    axe.configure({ rules: [{ id: "color-contrast", selector: "*:not([data-known])" }] });
    const { violations } = await axe.run({
      resultTypes: ["violations"],
      reporter: "no-passes",
      rules: { "color-contrast": { enabled: Boolean(known) } },
    });
    const faults = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    return { faults, looks };
  },
};
