//! Every limit, with its arithmetic. Those of an order stand in `fidela_rules::order`, those of a program in
//! `fidela_rules::program`.

use fidela_pictures::{Kind, Limits as Picture};

/// A request's body: 500 lines of some 500 bytes are 250 kB, a program with 200 rules some 300 kB.
pub(crate) const BODY_BYTES: usize = 1 << 20;
/// An `Idempotency-Key`.
pub(crate) const IDEMPOTENCY_KEY_CHARS: usize = 255;
/// How long a keyed write's answer is kept: longer than any client retries.
pub(crate) const REPLAY_DAYS: i64 = 30;
/// Rows of one page.
pub(crate) const PAGE_ROWS: usize = 200;
/// Rows of a page, if not said.
pub(crate) const PAGE_ROWS_DEFAULT: usize = 50;
/// A store's name, a key's name, a customer's name.
pub(crate) const NAME_CHARS: usize = 200;
/// A reason that people read.
pub(crate) const TEXT_CHARS: usize = 2_000;
/// Origins of one store.
pub(crate) const ORIGINS: usize = 50;
/// Keys of one store that are not revoked.
pub(crate) const KEYS: usize = 50;
/// People of one store's team: the Worker in front remembers each, some 200 bytes.
pub(crate) const MEMBERS: usize = 100;
/// People who were removed and whose names the record of who did what has.
pub(crate) const FORMER_MEMBERS: i64 = 200;
/// Revoked keys of the same, the newest.
pub(crate) const FORMER_KEYS: usize = 200;
/// Secrets for shopper tokens that are good at a time: the one in use, and the next.
pub(crate) const IDENTITY_SECRETS: usize = 2;
/// Removed ones that are remembered, so that removing one can be repeated.
pub(crate) const REMOVED_SECRETS: usize = 50;
/// How long a link to sign in is good, minutes.
pub(crate) const LINK_MINUTES: i64 = 15;
/// How long a session lasts, hours: a working day, and a bit.
pub(crate) const SESSION_HOURS: i64 = 12;
/// A session's cookie: some 120 bytes.
pub(crate) const SESSION_BYTES: usize = 512;
/// Sessions of one store that ended before their time and are remembered until then: 16 bytes each.
pub(crate) const ENDED_SESSIONS: usize = 500;
/// Links that are sent to one address within [`LINKS_MINUTES`].
pub(crate) const LINKS: usize = 5;
/// Links that one network may ask for within [`LINKS_MINUTES`], to whatever addresses: an office, or a part of a town.
pub(crate) const LINKS_OF_NETWORK: usize = 100;
/// See [`LINKS`].
pub(crate) const LINKS_MINUTES: i64 = 60;
/// Addresses that one directory remembers to have been asked for; beyond it, the oldest are forgotten.
pub(crate) const ASKED_FOR: i64 = 20_000;
/// Stores that one address gets links to at a time.
pub(crate) const STORES_OF_ONE: i64 = 20;
/// An address: what RFC 5321 lets travel.
pub(crate) const EMAIL_CHARS: usize = 254;
/// How often a letter with a link is tried, [`LINK_RETRY_MS`] apart: until the link would be over.
pub(crate) const LINK_TRIES: u32 = 10;
/// See [`LINK_TRIES`].
pub(crate) const LINK_RETRY_MS: i64 = 20_000;
/// Rows of the record of who did what: some 300 bytes each.
pub(crate) const AUDIT_ROWS: i64 = 50_000;
/// More than any table counts to.
pub(crate) const MOST_ROWS: i64 = 1 << 53;
/// Icons of one store: 100 of 64 kB are 6.4 MB in its object.
pub(crate) const ICONS: usize = 100;
/// The name of an icon or a picture.
pub(crate) const ICON_NAME_CHARS: usize = 64;
/// An icon.
pub(crate) const ICON: Picture = fidela_pictures::ICON;
/// Pictures of one store: 20 of 1 MB are some 27 MB in its object, as base64.
pub(crate) const PICTURES: usize = 20;
/// What networks show of a link: those that show no WebP are many, none shows SVG. They ask for 1,200 × 630 (1.91:1);
/// from 600 × 315 on they show it large. 1,000,000 bytes fit into a body, and are what the smallest of them takes.
pub(crate) const SOCIAL: Picture = Picture {
    kinds: &[Kind::Png, Kind::Jpeg],
    bytes: 1_000_000,
    min: (600, 315),
    max_side: 4_096,
    tallest: (1, 1),
    widest: (11, 5),
};
/// Font families of a theme.
pub(crate) const FONT_CHARS: usize = 200;
/// How round corners are, pixels: as round as a button is high.
pub(crate) const RADIUS_PX: i64 = 32;
/// A logo: it stands at the head of a page that weighs some 10 kB; names are long.
pub(crate) const LOGO: Picture = Picture {
    kinds: &[Kind::Png, Kind::WebP, Kind::Svg],
    bytes: 128 << 10,
    min: (32, 32),
    max_side: 2_048,
    tallest: (3, 4),
    widest: (6, 1),
};
/// Live secrets of one shop platform: the one in use, and the next.
pub(crate) const PLATFORM_SECRETS: usize = 2;
/// Characters of such a secret: Shopify's have 32 to 64; fewer than 16 could be guessed.
pub(crate) const PLATFORM_SECRET_CHARS: std::ops::RangeInclusive<usize> = 16..=255;
/// Groups of one customer.
pub(crate) const GROUPS: usize = 64;
/// A shopper token: some 300 bytes of claims; 64 groups of 100 characters are 6 kB.
pub(crate) const TOKEN_BYTES: usize = 16 << 10;
/// Lifetime of a shopper token, seconds.
pub(crate) const TOKEN_SECONDS: i64 = 24 * 60 * 60;
/// Clocks of a shop and ours may differ by so much, seconds.
pub(crate) const CLOCK_SKEW_SECONDS: i64 = 60;
/// A webhook's signature is good for so long either way, seconds (Standard Webhooks).
pub(crate) const WEBHOOK_SECONDS: i64 = 300;
/// How old a store's configuration in memory may be, milliseconds.
pub(crate) const CONFIG_AGE_MS: u64 = 5_000;
/// Accounts that one alarm brings up to date: some 200 × 1 ms, well within one alarm's time.
pub(crate) const DUE_ACCOUNTS: usize = 200;
/// How many days ahead a shopper is told that points expire, if the store does not say.
pub(crate) const EXPIRING_DAYS: u16 = 30;
/// The same, at most: a year and a day.
pub(crate) const EXPIRING_DAYS_MOST: u16 = 366;
/// Add-ons of one plan.
pub(crate) const ADD_ONS: usize = 50;
/// Completions told at once.
pub(crate) const COMPLETIONS: usize = 1_000;
/// Imports of one store that are not deleted: each is a file of at most some 50 MB.
pub(crate) const IMPORTS: i64 = 100;
/// Rows of an import that are sent at once: each shard gets a few of them, in one transaction each.
pub(crate) const IMPORT_CHUNK: usize = 500;
/// How long the rows of an import are kept after nothing more has happened to it, days: they name people, and whoever
/// wants to take an import back knows by then.
pub(crate) const IMPORT_ROWS_DAYS: i64 = 90;
/// How long an import that could not go on waits, milliseconds.
pub(crate) const IMPORT_RETRY_MS: i64 = 5_000;
/// Rows read at once for a list of errors: some 300 bytes each.
pub(crate) const IMPORT_ERRORS_AT_ONCE: i64 = 2_000;
/// How long points that have arrived may still be told in the widget.
pub(crate) const TOAST_DAYS: i64 = 14;
/// Of them, the newest.
pub(crate) const TOASTS: i64 = 5;
/// Soonest days listed on the shopper's page.
pub(crate) const LISTED_DAYS: usize = 12;
/// Friends written to with one form.
pub(crate) const FRIENDS_AT_ONCE: usize = 10;
/// Letters to friends that one shopper may have sent in a local day.
pub(crate) const INVITATIONS_A_DAY: i64 = 20;
/// Letters of all shoppers together to one address within [`INVITED_AGAIN_DAYS`].
pub(crate) const INVITED_AGAIN: usize = 3;
/// See [`INVITED_AGAIN`].
pub(crate) const INVITED_AGAIN_DAYS: i64 = 30;
/// Other invitations that an account tells after its first: each is told to whoever invited.
pub(crate) const REFERRED_AGAIN: usize = 5;
/// A code without the day of the visit is good for whoever registered so lately, hours: shops tell a customer first,
/// and the code with the first signed-in page.
pub(crate) const REFERRAL_GRACE_HOURS: i64 = 24;
/// Orders of an invited friend that are looked at, the oldest first.
pub(crate) const REFERRED_ORDERS: i64 = 100;
/// Days of review, at least, of an invitation with signals: time for the merchant to look.
pub(crate) const SUSPECT_REVIEW_DAYS: i64 = 7;
/// Friends of one inviter who register within a day, before the next one is a signal.
pub(crate) const MANY_FRIENDS_A_DAY: usize = 5;
/// Earlier friends that a new one is compared with.
pub(crate) const FRIENDS_COMPARED: i64 = 50;
/// Networks that an inviter was seen in lately, as tags.
pub(crate) const NETWORKS: usize = 5;
/// How often it is looked whether an invitation that was let pass has been settled, [`SETTLING_LOOK_MS`] apart: it
/// takes two calls between shards.
pub(crate) const SETTLING_LOOKS: u32 = 40;
/// See [`SETTLING_LOOKS`].
pub(crate) const SETTLING_LOOK_MS: u64 = 25;
/// Steps kept of one invitation.
pub(crate) const REFERRAL_STEPS: usize = 50;
/// How long a friend's name is kept after their invitation has ended, days.
pub(crate) const FRIEND_KEPT_DAYS: i64 = 90;
/// How long an errand between shards waits at most until it is tried again, milliseconds.
pub(crate) const ERRAND_AGAIN_MS: i64 = 300_000;
/// Webhook endpoints of one store: each event is written once for each.
pub(crate) const ENDPOINTS: usize = 10;
/// An address of the merchant's: a webhook endpoint's, the shop's own.
pub(crate) const URL_CHARS: usize = 2_000;
/// How long an endpoint may take to answer, milliseconds.
pub(crate) const HOOK_TIMEOUT_MS: u64 = 10_000;
/// How long after it was written the alarm takes an event along, milliseconds: longer than one attempt right after
/// the answer takes.
pub(crate) const OUTBOX_GRACE_MS: i64 = 15_000;
/// How long one attempt may be under way, milliseconds: an attempt, asking the store, and much to spare.
pub(crate) const OUTBOX_BUSY_MS: u64 = 60_000;
/// How long a listener that did not answer is left alone, milliseconds.
pub(crate) const OUTBOX_ALONE_MS: i64 = 60_000;
/// Events read at once for one listener: some 300 bytes each.
pub(crate) const OUTBOX_BATCH: i64 = 50;
/// How long to wait after each try that failed, milliseconds: 10 s, 1 min, 5 min, 30 min, 2 h, 6 h, 12 h, and a day
/// twice: ten tries in some three days, then it is given up.
pub(crate) const OUTBOX_BACKOFF_MS: [i64; 9] =
    [10_000, 60_000, 300_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000, 86_400_000];
/// How long it is told what became of an event, milliseconds: 7 days.
pub(crate) const OUTBOX_KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// A letter's subject, before its places are filled in.
pub(crate) const SUBJECT_CHARS: usize = 200;
/// The end of each letter: a postal address.
pub(crate) const FOOTER_CHARS: usize = 500;
/// How long a mail provider may take to answer, milliseconds.
pub(crate) const MAIL_TIMEOUT_MS: u64 = 10_000;
/// Letters on the page of those that were written as files: their subjects are read one by one.
pub(crate) const MAILBOX_LETTERS: usize = 100;
/// Versions of a program on one page: each is compared with the one before, and has some 10 kB, at most 300.
pub(crate) const VERSIONS_AT_ONCE: usize = 50;
/// Changes told of one version.
pub(crate) const CHANGES_TOLD: usize = 50;
/// How often it is noted that the widget was seen on pages of an origin, seconds.
pub(crate) const TAG_NOTED_SECONDS: i64 = 60 * 60;
/// Origins that are not the store's and were seen lately.
pub(crate) const STRANGERS: usize = 5;
/// How long they are remembered, minutes: somebody is setting a store up just now.
pub(crate) const STRANGERS_MINUTES: i64 = 15;
/// How often a Worker tells a store of one of them, milliseconds.
pub(crate) const STRANGER_TOLD_MS: u64 = 10_000;
/// How long a Worker remembers whom it told of, milliseconds: [`STRANGERS`] of a store in this time.
pub(crate) const STRANGERS_WINDOW_MS: u64 = 60_000;
/// Words by which a shopper is found, and of a search.
pub(crate) const WORDS: usize = 32;
/// Letters of each of them that count.
pub(crate) const WORD_CHARS: usize = 40;
/// So few rows are sorted anew; where there are more, a list is gone through in its own order.
pub(crate) const FEW_ROWS: i64 = 400;
/// Accounts taken up at once where lists and sums have no tables yet: some 0.3 ms each.
pub(crate) const FILLED_AT_ONCE: i64 = 200;
/// How often a list or a report has shards take up accounts before it gives up.
pub(crate) const FILLING_ROUNDS: usize = 50;
/// Days of one report.
pub(crate) const REPORT_DAYS: i64 = 400;
