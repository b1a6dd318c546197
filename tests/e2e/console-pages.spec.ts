// Every page of the console, with everything on it that a store can have: nothing in anybody's way, in light and dark; nothing
// wider than the page; all of it reached by the keyboard, and seen where one is.
import { storeWithEverything } from "./console-data.ts";
import { signIn } from "./console-kit.ts";
import { EDGE, expect, faults, shot, test, type Page } from "./kit.ts";

/** Waits until nothing is on its way any more. */
const settle = async (page: Page): Promise<void> => {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.waitForLoadState("networkidle");
  await expect(page.locator(".loading")).toHaveCount(0);
};

/** Marks what somebody with a keyboard should come to in the page, and answers how many such places there are. */
const markPlaces = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const chosen = new Set<string>();
    let count = 0;
    for (const one of document.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
      if (!one.checkVisibility({ visibilityProperty: true }) || one.matches(":disabled, [tabindex='-1']")) continue;
      if (one instanceof HTMLInputElement && one.type === "radio") {
        // Of each group one is reached by Tab, the others by arrows.
        if (chosen.has(one.name)) continue;
        chosen.add(one.name);
        for (const same of document.getElementsByName(one.name)) same.dataset.place = `radio ${one.name}`;
      } else {
        one.dataset.place = `${count} ${one.tagName} ${one.textContent?.trim().slice(0, 30) || one.getAttribute("aria-label") || one.id}`;
      }
      count += 1;
    }
    return count;
  });

type Place = { name: string; isSeen: boolean } | null;

/** Where the focus is, and whether that can be seen. */
const placeOfFocus = (page: Page): Promise<Place> =>
  page.evaluate(() => {
    const one = document.activeElement as HTMLElement | null;
    if (!one?.dataset.place) return null;
    // A field that is drawn by something else shows there that it has the focus.
    const drawn = [one, one.parentElement, one.nextElementSibling, one.closest("label")].filter((each) => each !== null);
    const isOutlined = drawn.some((each) => {
      const style = getComputedStyle(each);
      return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow.includes("0px 0px 0px");
    });
    const { top, bottom, left, right } = one.getBoundingClientRect();
    const isOnScreen = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
    return { name: one.dataset.place, isSeen: isOutlined && isOnScreen };
  });

/** Goes through the page by Tab, and tells what was not reached and what was not seen. */
const walk = async (page: Page): Promise<{ missed: string[]; unseen: string[] }> => {
  const count = await markPlaces(page);
  const reached = new Set<string>();
  const seen = new Set<string>();
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
  });
  // A date has several stops, and frames and the browser itself have their own: what leads to nowhere is not counted long.
  for (let steps = 0; steps < 2 * count + 60 && reached.size < count; steps += 1) {
    await page.keyboard.press("Tab");
    const place = await placeOfFocus(page);
    if (!place) continue;
    reached.add(place.name);
    // The last stop of a date is a button of the browser's, with a ring of its own.
    if (place.isSeen) seen.add(place.name);
  }
  const missed = await page.evaluate(
    (reached) => [...new Set([...document.querySelectorAll<HTMLElement>("[data-place]")].map((one) => one.dataset.place ?? ""))].filter((name) => !reached.includes(name)),
    [...reached],
  );
  return { missed, unseen: [...reached].filter((name) => !seen.has(name)) };
};

const wider = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;

test("each page can be read and reached by everybody", async ({ page, complaints }) => {
  test.setTimeout(600_000);
  complaints.tolerate(/401.*\/v1\/session/);
  const { store, pages } = await storeWithEverything();
  await signIn(page, store);
  // All at once: whoever mends one page wants to know of the others.
  const found: string[] = [];
  const note = (path: string, what: string, all: string[]) => found.push(...all.map((one) => `/${path}: ${what}: ${one}`));
  for (const path of pages) {
    await test.step(path || "overview", async () => {
      await page.goto(`${EDGE}/console/${path}`);
      await settle(page);
      const excess = await page.evaluate(wider);
      note(path, "wider than the page", excess ? [`by ${excess} px`] : []);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await shot(page, `page-${path.replace(/(im|wh)_[a-z0-9]{8,}/, "one").replaceAll("/", "-") || "overview"}`);
        note(path, colorScheme, await faults(page));
      }
      await page.emulateMedia({ colorScheme: "light" });
      const { missed, unseen } = await walk(page);
      note(path, "Tab does not come to", missed);
      note(path, "with the focus, it is not seen", unseen);
    });
  }
  expect(found).toEqual([]);
});

// A key of our texts that has no text is shown as it is.
const KEY = /\b(shell|overview|start|shoppers|program|missions|invitations|imports|reports|look|settings|history|sign_in)\.[a-z_]+[a-z_.]*/g;

test("each page is whole in every language", async ({ page, complaints }) => {
  test.skip(test.info().project.name !== "phone", "where there is least room");
  test.setTimeout(600_000);
  complaints.tolerate(/401.*\/v1\/session/);
  const { store, pages } = await storeWithEverything();
  await signIn(page, store);
  const english = new Map<string, string>();
  const found: string[] = [];
  for (const language of ["en", "es", "fr", "pt-BR", "ro"]) {
    await page.evaluate((language) => localStorage.setItem("fidela.language", language), language);
    for (const path of pages) {
      await page.goto(`${EDGE}/console/${path}`);
      await settle(page);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      const [excess, text] = [await page.evaluate(wider), await page.getByRole("main").innerText()];
      if (excess) found.push(`${language} /${path}: ${excess} px too wide`);
      found.push(...[...text.matchAll(KEY)].map(([key]) => `${language} /${path}: ${key}`));
      const heading = await page.getByRole("heading", { level: 1 }).innerText();
      if (language === "en") english.set(path, text);
      else if (text === english.get(path)) found.push(`${language} /${path}: “${heading}” speaks English`);
      if (language === "fr") await shot(page, `fr-${path.replace(/(im|wh)_[a-z0-9]{8,}/, "one").replaceAll("/", "-") || "overview"}`);
    }
  }
  expect(found).toEqual([]);
});
