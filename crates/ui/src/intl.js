// What only the browser knows: how a locale writes numbers, money and days, and which plural a number takes.
// A currency, a time zone or a locale that this browser does not know must not take the page down with it.
const attempt = (wanted, otherwise) => {
  try {
    return wanted();
  } catch {
    return otherwise();
  }
};

export class BrowserFormats {
  constructor(locale, currency, zone) {
    this.locale = attempt(
      () => Intl.getCanonicalLocales(locale.replace("_", "-"))[0] || "en",
      () => "en",
    );
    const number = (options) => new Intl.NumberFormat(this.locale, options);
    this.numbers = number();
    this.percents = number({ style: "percent", maximumFractionDigits: 2 });
    this.monies = attempt(
      () => number({ style: "currency", currency, currencyDisplay: "narrowSymbol" }),
      () => number({ minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    );
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
    return this.monies.format(decimal);
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
