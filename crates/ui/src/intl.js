// What only the browser knows: how a locale writes numbers, money and days, and which plural a number takes.
// A currency, a time zone or a locale that this browser does not know must not take the page down with it.
const attempt = (wanted, otherwise) => {
  try {
    return wanted();
  } catch {
    return otherwise();
  }
};

const canonical = (locale) =>
  attempt(
    () => Intl.getCanonicalLocales(locale.replace("_", "-"))[0] || "en",
    () => "en",
  );

export class BrowserFormats {
  constructor(locale, home, currency, zone) {
    this.locale = canonical(locale);
    const number = (options, locale = this.locale) => new Intl.NumberFormat(locale, options);
    const money = { style: "currency", currency, currencyDisplay: "narrowSymbol" };
    this.numbers = number();
    this.percents = number({ style: "percent", maximumFractionDigits: 2 });
    this.monies = attempt(
      () => number(money),
      () => number({ minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    );
    // Digits as the reader writes them; the currency's sign, and the side it is on, as in the shop's own country:
    // "20.00 lei", where English by itself would have "lei 20.00" and French "20,00 L".
    const homely = attempt(
      () => number(money, canonical(home)).formatToParts(1),
      () => [],
    );
    this.symbol = homely.find((part) => part.type === "currency")?.value;
    this.after = homely.at(-1)?.value === this.symbol;
    this.plurals = new Intl.PluralRules(this.locale);
    this.zone = attempt(() => new Intl.DateTimeFormat("en", { timeZone: zone }) && zone, () => "UTC");
  }
  digits() {
    return this.monies.resolvedOptions().maximumFractionDigits;
  }
  number(n) {
    return this.numbers.format(n);
  }
  money(decimal) {
    const parts = this.monies.formatToParts(decimal);
    const symbol = parts.find((part) => part.type === "currency");
    if (!symbol || !this.symbol) return this.monies.format(decimal);
    symbol.value = this.symbol;
    const join = (some) => some.map((part) => part.value).join("");
    if (!this.after || parts.at(-1) === symbol) return join(parts);
    return `${join(parts.filter((part) => part !== symbol)).trim()}\u00a0${this.symbol}`;
  }
  percent(share) {
    return this.percents.format(share);
  }
  plural(n) {
    return this.plurals.select(n);
  }
  // `day` is a date without a time, and formatted as such; a moment is told by the store's clock.
  day(moment, isDay) {
    const timeZone = isDay ? "UTC" : this.zone;
    const date = new Date(moment);
    const year = (when) => new Intl.DateTimeFormat("en", { timeZone, year: "numeric" }).format(when);
    return new Intl.DateTimeFormat(this.locale, {
      timeZone,
      day: "numeric",
      month: "long",
      year: year(date) === year(new Date()) ? undefined : "numeric",
    }).format(date);
  }
  today() {
    const parts = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
      timeZone: this.zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    }).formatToParts();
    return ["year", "month", "day"].map((type) => parts.find((part) => part.type === type).value).join("-");
  }
}
