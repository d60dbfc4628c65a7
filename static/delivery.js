// Forms of deliveries and shipments: saves typing and double taps; every form works without it.
(() => {
  "use strict";

  const read = (text) => {
    const plain = text.trim().replace(/[\s\u00a0\u202f']/g, "").replace(",", ".");
    return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
  };
  const places = (number) => Math.round(number * 1000) / 1000;
  // 1.234 could be read as a thousand and more; 1.2340 cannot.
  const written = (number) => String(places(number)).replace(/^(\d{1,3}\.\d{3})$/, "$10");

  document.querySelectorAll("[data-line]").forEach((line) => {
    const part = (name) => line.querySelector(`[name$="-${name}"]`);
    const [good, damaged, left, touched] = ["good", "damaged", "left", "touched"].map(part);
    const missing = line.querySelector("output");
    if (!damaged || !missing) return;

    // What damaged them is asked once something is damaged.
    const reason = line.querySelector("[data-reason]");
    const ask = () => { if (reason) reason.hidden = !read(damaged.value) && !reason.querySelector(".errorlist"); };
    ask();

    const compute = () => {
      const numbers = [left, good, damaged].map((field) => read(field.value));
      if (numbers.includes(null)) return;
      missing.value = places(Math.max(numbers[0] - numbers[1] - numbers[2], 0)).toLocaleString(
        document.documentElement.lang, { numberingSystem: "latn" });
    };
    // Damage lowers what is good, unless the person has said how many are good.
    damaged.addEventListener("input", () => {
      const [all, bad] = [read(left.value), read(damaged.value)];
      if (!touched.value && all !== null && bad !== null && bad <= all) good.value = written(all - bad);
      ask();
      compute();
    });
    good.addEventListener("input", () => {
      touched.value = "1";
      compute();
    });
    // A number field is typed over, not into.
    [good, damaged].forEach((field) => field.addEventListener("focus", () => field.select()));
  });

  // A second tap while the first is on its way sends nothing.
  document.querySelectorAll("form[data-once]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
    });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-once]").forEach((form) => { delete form.dataset.sent; });
  });

  const timers = new WeakMap();
  document.querySelectorAll("[data-choices]").forEach((box) => {
    const list = document.getElementById(box.getAttribute("list"));
    if (!list) return;
    const suggest = async () => {
      const address = `/choices/${box.dataset.choices}/?q=${encodeURIComponent(box.value)}`;
      try {
        const answer = await fetch(address, { headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        const { names } = await answer.json();
        list.replaceChildren(...names.map((name) => new Option(name, name)));
      } catch { /* The server finds the name when the form is sent. */ }
    };
    box.addEventListener("input", () => {
      clearTimeout(timers.get(box));
      if (box.value.trim().length > 1) timers.set(box, setTimeout(suggest, 200));
    });
  });
})();
