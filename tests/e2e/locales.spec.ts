// Five languages: complete, with plurals and money as each of them writes them.
import { readFileSync } from "node:fs";
import { expect, expectAccessible, test } from "./kit.ts";

type Texts = Record<string, string>;
const read = (locale: string): Texts =>
  JSON.parse(readFileSync(new URL(`../../widget/locales/${locale}.json`, import.meta.url), "utf8")) as Texts;

/** What 20, 13 and 1 points are called, and how 13 lei are written. */
const LOCALES = {
  en: { points: ["20 points", "13 points", "1 point"], money: /13\.00/ },
  ro: { points: ["20 de puncte", "13 puncte", "1 punct"], money: /13,00/ },
  es: { points: ["20 puntos", "13 puntos", "1 punto"], money: /13,00/ },
  fr: { points: ["20 points", "13 points", "1 point"], money: /13,00/ },
  "pt-BR": { points: ["20 pontos", "13 pontos", "1 ponto"], money: /13,00/ },
} as const;

for (const [locale, { points, money }] of Object.entries(LOCALES)) {
  test(`${locale}: nothing is missing, and numbers are written as its readers do (S3.11)`, async ({
    page,
    shop,
    panel,
  }) => {
    const [own, english] = [read(locale), read("en")];
    const foreign = Object.keys(english).filter((key) => own[key] !== english[key]);
    const say = (key: string) => {
      expect(own[key], `${locale} has ${key}`).toBeTruthy();
      return own[key] as string;
    };
    /** No key, no hole, no number that is none, and no sentence of the English catalogue. */
    const expectWhole = async () => {
      const text = await panel.dialog.evaluate((dialog) => (dialog as HTMLElement).innerText);
      expect(text).not.toMatch(/undefined|null|NaN|\[object|[{}]/);
      for (const key of Object.keys(english)) {
        if (key.includes(".")) expect(text, "a key instead of a text").not.toContain(key);
      }
      const lines = text.split("\n").map((line) => line.trim());
      for (const key of locale === "en" ? [] : foreign) expect(lines).not.toContain(english[key]);
    };

    await page.goto(`/?locale=${locale}`);
    await panel.launcher.click();
    await expect(panel.dialog).toContainText(say("stranger.title"));
    await expectWhole();

    await shop.signIn();
    await page.reload();
    await panel.open();
    await expect(panel.dialog).toContainText(say("history.empty"));
    await expectWhole();
    await panel.tab(say("tab.redeem")).click();
    await expect(panel.dialog).toContainText(say("redeem.no_cart.title"));
    await expectWhole();
    await panel.tab(say("tab.missions")).click();
    await expect(panel.dialog).toContainText(say("missions.open"));
    await expect(panel.dialog.locator("[part~=claim]")).toHaveText(say("mission.claim"));
    await expectWhole();
    await expectAccessible(page);

    await shop.earn(20);
    await shop.fill({ "mug-lut": 1 });
    await page.goto("/cart");
    await panel.open();
    await expect(panel.tabs()).toHaveText(["points", "missions", "invite", "redeem"].map((tab) => say(`tab.${tab}`)));
    await expect(panel.balance).toHaveText(points[0]);
    await expectWhole();

    await panel.tab(say("tab.redeem")).click();
    const use = (words: string) => say("redeem.use").replace("{points}", words);
    const button = panel.dialog.locator("[part~=redeem]");
    await expect(button).toHaveText(use(points[1]));
    await expect(panel.sum(say("redeem.points_discount"))).toHaveText(money);
    await expectWhole();
    await panel.slider.press("Home");
    await expect(button).toHaveText(use(points[2]));
    await panel.slider.press("End");
    await button.click();
    await expect(panel.code).toBeVisible();
    await expect(panel.dialog).toContainText(say("ticket.held").replace("{points}", points[1]));
    await expectWhole();
    await expectAccessible(page);
  });
}
