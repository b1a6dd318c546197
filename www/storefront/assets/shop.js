// The shop's own script: tells Fidela's widget what is in the cart, and the shop's server which points and
// which reward are in use. Everything else on these pages works without it.
"use strict";

(() => {
  // The queue is looked up at each call: the widget puts its own in the place of the array.
  const call = (...step) => (window.fidela = window.fidela || []).push(step);

  const data = document.getElementById("cart-data");
  if (data) call("setCart", JSON.parse(data.textContent));

  // Good news stands in the sums and is only read aloud; what went wrong is shown as well.
  const say = (sentence, wrong = false) => {
    const status = document.getElementById("cart-status");
    if (!status) return;
    status.textContent = sentence;
    status.className = wrong ? "fault" : "visually-hidden";
  };

  // Replaces the sums in place: the page, and the widget's open panel on it, stay as they are.
  const refresh = async () => {
    const place = document.getElementById("cart-summary");
    if (!place) return;
    const answer = await fetch("/cart/summary");
    if (!answer.ok) return;
    place.innerHTML = await answer.text();
    const sums = place.querySelector("[data-spoken]");
    if (sums) say(sums.dataset.spoken);
  };

  const tell = async (method, body) => {
    const answer = await fetch("/cart/redemption", {
      method,
      headers: body ? { "content-type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
    await refresh();
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      say(problem.message || "This could not be taken into the cart.", true);
    }
  };

  // One after the other, so that a quick "use, let go" ends as the shopper left it.
  let queue = Promise.resolve();
  const later = (work) => {
    queue = queue.then(work).catch(() => say("The cart could not be reached. Please reload the page.", true));
  };

  // Only the id is passed on: what points and reward are worth, the server asks Fidela.
  window.addEventListener("fidela:redeemed", (event) => later(() => tell("POST", { id: event.detail.id })));
  window.addEventListener("fidela:released", () => later(() => tell("DELETE")));

  window.addEventListener("fidela:token-expired", () =>
    later(async () => {
      const answer = await fetch("/fidela-token");
      if (answer.ok) call("setShopper", (await answer.json()).token);
    }),
  );
})();
