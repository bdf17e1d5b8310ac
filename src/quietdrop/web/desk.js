// Arrow keys walk through the weeks of a chart. Without this file the values show on hover, and the
// table below the chart has them all.
"use strict";

for (const chart of document.querySelectorAll(".chart")) {
  const weeks = [...chart.querySelectorAll(".wk")];
  const picture = weeks.length ? weeks[0].ownerSVGElement : null;
  if (!picture) continue;

  const said = document.createElement("p");
  said.className = "at-week";
  said.setAttribute("aria-live", "polite");
  chart.after(said);
  picture.setAttribute("tabindex", "0");

  const last = weeks.length - 1;
  let at = last;
  const show = (next) => {
    weeks[at].classList.remove("at");
    at = Math.min(Math.max(next, 0), last);
    weeks[at].classList.add("at");
    said.textContent = weeks[at].querySelector("title").textContent;
  };
  picture.addEventListener("keydown", (event) => {
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    show(next);
  });
  picture.addEventListener("focus", () => show(at));
  picture.addEventListener("blur", () => {
    weeks[at].classList.remove("at");
    said.textContent = "";
  });
}

// A slider says its value as it moves. Without this file the scale below it says where it stands.
for (const said of document.querySelectorAll("output[data-unit]")) {
  const slider = document.getElementById(said.htmlFor.value);
  slider.addEventListener("input", () => {
    said.textContent = slider.value + said.dataset.unit;
  });
}
