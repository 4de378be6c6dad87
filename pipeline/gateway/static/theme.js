// Light, dark, or as the system has it; the choice is this browser's, so it is not in the address.

const ORDER = ["auto", "light", "dark"];
const WORDS = { auto: "as the system has them", light: "light", dark: "dark" };
const KEY = "tickertape.theme";

function stored() {
  try {
    const found = localStorage.getItem(KEY);
    return ORDER.includes(found) ? found : "auto";
  } catch {
    return "auto"; // a browser that keeps nothing
  }
}

export function theme(button) {
  let now = stored();
  const show = () => {
    document.documentElement.dataset.theme = now;
    button.textContent = now[0].toUpperCase() + now.slice(1);
    button.setAttribute("aria-label", `Colours: ${WORDS[now]}`);
  };
  button.addEventListener("click", () => {
    now = ORDER[(ORDER.indexOf(now) + 1) % ORDER.length];
    try {
      localStorage.setItem(KEY, now);
    } catch {
      // nothing is kept: the choice lasts as long as the page
    }
    show();
  });
  show();
}
