//! Errors on the wire: `application/problem+json` with a stable code.

use crate::merchant::FieldFault;
use serde::Serialize;
use serde_json::{Map, Value};

macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident = $code:literal, $status:literal, $sentence:literal;)+) => {
        /// Every code that the API can answer, with its HTTP status. May a retry help? Only with
        /// [`Code::retry_helps`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($(#[$meta])* $variant),+ }

        impl Code {
            /// All of them, in the order of this file.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The HTTP status it comes with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// What it means and what to do, in English.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),+ }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    InvalidJson = "invalid_json", 400, "The body is not valid JSON.";
    /// A field is missing, unknown, or of another type.
    InvalidBody = "invalid_body", 400, "The body does not have the documented form.";
    /// A query parameter makes no sense.
    InvalidQuery = "invalid_query", 400, "A query parameter does not have the documented form.";
    /// An id in the path is empty, too long or not printable.
    InvalidId = "invalid_id", 400, "An id has 1 to 255 printable characters.";
    /// A keyed write without its key.
    IdempotencyKeyMissing = "idempotency_key_missing", 400, "This write needs an Idempotency-Key header.";
    /// A key that is too long or not printable.
    IdempotencyKeyInvalid = "idempotency_key_invalid", 400, "An Idempotency-Key has 1 to 255 printable ASCII characters.";
    /// The time of a request can be chosen on test servers only.
    TestClockDisabled = "test_clock_disabled", 400, "This is not a test server: it takes no Fidela-Test-Clock.";
    /// Nobody, or nobody that we know.
    Unauthorized = "unauthorized", 401, "This needs a valid Authorization header.";
    /// A shopper token that cannot be read, is not signed by the store, or is for somebody else.
    TokenInvalid = "token_invalid", 401, "The shopper token is not valid for this store.";
    /// A shopper token past its time.
    TokenExpired = "token_expired", 401, "The shopper token has run out: ask the shop for a new one.";
    /// A webhook whose signature does not fit its body.
    SignatureInvalid = "signature_invalid", 401, "The webhook's signature does not fit its body.";
    /// A webhook signed too long ago, or in the future.
    SignatureExpired = "signature_expired", 401, "The webhook was signed more than 5 minutes away from now.";
    /// A page of an origin that is not the store's.
    OriginNotAllowed = "origin_not_allowed", 403, "This origin is not one of the store's.";
    /// A link that was used, has run out, or was never made.
    LinkInvalid = "link_invalid", 401, "This link has been used before or has run out: ask for a new one.";
    /// A request with a session's cookie that a page of somebody else's may have caused.
    CrossSiteRequest = "cross_site_request", 403, "Only Fidela's own console may do this with a session.";
    /// A key or a person that may do other things.
    ScopeMissing = "scope_missing", 403, "This key or this person may not do that.";
    /// No such route, or nothing there for the caller.
    NotFound = "not_found", 404, "There is nothing here.";
    /// The route has no such method.
    MethodNotAllowed = "method_not_allowed", 405, "This address does not take that method.";
    /// Somebody else is ahead.
    AlreadyClaimed = "already_claimed", 409, "Somebody else has claimed this before.";
    /// The same key is being worked on.
    IdempotencyKeyInUse = "idempotency_key_in_use", 409, "A request with this key is still running: try again in a moment.";
    /// A redemption that is spent.
    HoldCommitted = "hold_committed", 409, "These points have been used for an order.";
    /// A redemption that is let go.
    HoldReleased = "hold_released", 409, "These points were let go.";
    /// A redemption that ran out.
    HoldExpired = "hold_expired", 409, "The points were kept for a while; that time is over and they are not there any more.";
    /// A redemption whose points differ.
    HoldConflict = "hold_conflict", 409, "This redemption has another number of points.";
    /// A redemption that was not spent.
    HoldNotCommitted = "hold_not_committed", 409, "These points have not been used.";
    /// No such redemption.
    HoldNotFound = "hold_not_found", 404, "There is no such redemption.";
    /// A source that gave another number.
    SourceConflict = "source_conflict", 409, "This was told before with another number of points.";
    /// No such source.
    SourceNotFound = "source_not_found", 404, "Nothing was earned from that.";
    /// The balance is not what was seen.
    BalanceChanged = "balance_changed", 409, "The balance is no longer what was seen: look again, then decide.";
    /// The order belongs to somebody else.
    CustomerMismatch = "customer_mismatch", 409, "This order belongs to another customer: an order never moves.";
    /// The order was never told, or not for this customer.
    OrderNotFound = "order_not_found", 422, "This customer has no such order: tell the order first.";
    /// Points by hand are for orders whose payment does not tell by itself.
    AdjustmentNotAllowedForPayment = "adjustment_not_allowed_for_payment", 422, "Points can be set by hand for orders that are paid on delivery or were taken by phone.";
    /// The store's plan has no more of this.
    PlanLimitReached = "plan_limit_reached", 403, "The store's plan does not allow more of this.";
    /// A store without a key could not be reached any more.
    LastKey = "last_key", 409, "This is the store's only key: make another one first.";
    /// Keys that are not revoked are limited.
    TooManyKeys = "too_many_keys", 409, "There are too many keys: revoke one that is not used any more.";
    /// A store without an owner could let nobody in any more.
    LastOwner = "last_owner", 409, "This is the store's only owner: make somebody else an owner first.";
    /// An address that is in the team already.
    AlreadyInTeam = "already_in_team", 409, "Somebody of the team has this address already.";
    /// No transport, nobody to send it from, or a provider that did not take it.
    LetterNotSent = "letter_not_sent", 409, "The letter could not be sent: no letters are sent from here, or it was not taken.";
    /// People of a team are limited.
    TooManyMembers = "too_many_members", 409, "There are too many people in the team: remove somebody first.";
    /// Tokens could not be signed any more.
    LastSecret = "last_secret", 409, "This is the store's only secret for shopper tokens: make another one first.";
    /// The one in use, and the next.
    TooManySecrets = "too_many_secrets", 409, "Two secrets can be good at a time: remove the old one first.";
    /// Webhook endpoints are limited.
    TooManyEndpoints = "too_many_endpoints", 409, "There are too many webhook endpoints: remove one that is not used any more.";
    /// An endpoint that has answered 410.
    EndpointOff = "endpoint_off", 409, "This endpoint has said that it wants no events any more: remove it and make a new one.";
    /// Icons of a store are limited.
    TooManyIcons = "too_many_icons", 409, "There are too many icons: delete one that is not used any more.";
    /// Pictures of a store are limited.
    TooManyPictures = "too_many_pictures", 409, "There are too many pictures: delete one that is not used any more.";
    /// Imports of a store are limited.
    TooManyImports = "too_many_imports", 409, "There are too many imports: delete one that is not needed any more.";
    /// An import is being read, checked, counted or taken back.
    ImportBusy = "import_busy", 409, "This import is still being worked on: try again when it has finished.";
    /// A store from before there were lists and reports is still being counted.
    BeingPrepared = "being_prepared", 503, "This store's shoppers are still being counted: try again in a moment.";
    /// An import that was taken back.
    ImportReverted = "import_reverted", 409, "This import was taken back: upload its file again.";
    /// An invitation that is not in review: it has ended, or no order counts yet.
    ReferralNotInReview = "referral_not_in_review", 409, "This invitation cannot be decided any more, or not yet.";
    /// No such invitation.
    ReferralNotFound = "referral_not_found", 404, "There is no such invitation.";
    /// The store has no invitations now.
    ReferralsDisabled = "referrals_disabled", 422, "The store has no invitations at the moment.";
    /// A friend whom this shopper has written to.
    AlreadyInvited = "already_invited", 422, "You have invited this friend before.";
    /// The shopper's own address.
    SelfReferral = "self_referral", 422, "Nobody can invite themselves.";
    /// As many letters as a shopper may have sent in a day.
    InvitationLimitReached = "invitation_limit_reached", 429, "That is enough for today: try again tomorrow, or share the link.";
    /// As many links to sign in as one network may ask for in an hour.
    SignInLimitReached = "sign_in_limit_reached", 429, "Links to sign in were asked for too often from your network: use one that has arrived, or try again in an hour.";
    /// An import of which only the numbers are left.
    ImportForgotten = "import_forgotten", 410, "The rows of this import are not kept any more: it ended more than 90 days ago.";
    /// The program is no longer the version that was edited.
    VersionConflict = "version_conflict", 412, "Somebody has changed this since it was read: read it again.";
    /// The body is larger than allowed.
    BodyTooLarge = "body_too_large", 413, "The body is larger than 1 MiB.";
    /// An icon that is larger than icons may be.
    IconTooLarge = "icon_too_large", 413, "An icon has at most 64 kB.";
    /// A picture that is larger than pictures may be.
    PictureTooLarge = "picture_too_large", 413, "The picture is too large: at most 1,000,000 bytes for networks, 128 kB for a logo.";
    /// A file that is larger than files may be.
    ImportTooLarge = "import_too_large", 413, "A file has at most 20 MB: split it.";
    /// A demanded version that is not there yet.
    ProgramVersionUnknown = "program_version_unknown", 409, "There is no such version of the program.";
    /// A program with faults.
    InvalidProgram = "invalid_program", 422, "The program has faults; each is listed with its place.";
    /// An order or a cart with faults.
    InvalidOrder = "invalid_order", 422, "The order has faults; each is listed with its place.";
    /// An icon that is none, is called what it is not, is too small, too large, too long, or empty.
    IconInvalid = "icon_invalid", 422, "This cannot be an icon: send PNG, WebP or SVG, 32 to 1,024 pixels a side, at most 4:3.";
    /// A picture that is none, is called what it is not, has too short or too long sides, or another shape than asked.
    PictureInvalid = "picture_invalid", 422, "This picture does not fit its use; `detail` says what was found and what is asked.";
    /// A theme with faults.
    InvalidTheme = "invalid_theme", 422, "The theme has faults; each is listed with its place.";
    /// A file that cannot be imported at all.
    ImportFileInvalid = "import_file_invalid", 422, "This file cannot be imported; `fault` says why.";
    /// Somebody's balance came with another import.
    BalanceAlreadyOpened = "balance_already_opened", 422, "Another import has brought this customer's balance along: take that back first.";
    /// Points that could not be used on any day.
    LastDayOver = "last_day_over", 422, "The last day of these points is over.";
    /// The key came before with another body.
    IdempotencyKeyReused = "idempotency_key_reused", 422, "This key was used before with another body.";
    /// No such mission.
    MissionNotFound = "mission_not_found", 404, "There is no such mission.";
    /// Not its time.
    MissionNotRunning = "mission_not_running", 422, "This mission cannot be done at the moment.";
    /// As often as one may.
    MissionLimitReached = "mission_limit_reached", 422, "This mission has been done as often as it may be.";
    /// Only some missions are the shopper's to tell.
    MissionNotClaimable = "mission_not_claimable", 422, "The shop tells when this mission is done.";
    /// Which completion?
    ReferenceRequired = "reference_required", 422, "This mission can be done more than once: each time needs a reference of its own.";
    /// How much?
    AmountRequired = "amount_required", 422, "This mission is paid by amount: say how much it was.";
    /// Less than a point.
    AmountTooSmall = "amount_too_small", 422, "The amount is too small to make a point.";
    /// An amount below 0.
    InvalidAmount = "invalid_amount", 422, "An amount is not below 0.";
    /// The order went back.
    OrderCancelled = "order_cancelled", 422, "That order was cancelled, or all of it went back.";
    /// Fewer than no points, or a number that makes no sense here.
    InvalidPoints = "invalid_points", 422, "This number of points makes no sense here.";
    /// A number beyond ±(2^53 − 1).
    AmountOutOfRange = "amount_out_of_range", 422, "A number is larger than can be counted.";
    /// The whole program is off.
    ProgramDisabled = "program_disabled", 422, "The loyalty program is paused at the moment.";
    /// Points cannot be used.
    RedemptionDisabled = "redemption_disabled", 422, "Points cannot be used in this store.";
    /// A number of stamps that makes no sense.
    InvalidStamps = "invalid_stamps", 422, "A number of stamps is not 0 and at most 1,000.";
    /// Fewer stamps than are to be taken.
    InsufficientStamps = "insufficient_stamps", 422, "There are not so many stamps on the card.";
    /// No such card.
    CardNotFound = "card_not_found", 404, "There is no such stamp card.";
    /// No such stamp.
    StampNotFound = "stamp_not_found", 404, "That order never stamped that card.";
    /// No such reward.
    RewardNotFound = "reward_not_found", 404, "There is no such reward.";
    /// Another cart has it.
    RewardHeld = "reward_held", 409, "This reward is kept for another cart.";
    /// It is used.
    RewardUsed = "reward_used", 409, "This reward has been used.";
    /// It is not used.
    RewardNotUsed = "reward_not_used", 409, "This reward has not been used by that order.";
    /// The merchant removed it.
    RewardRemoved = "reward_removed", 409, "The shop has removed this reward.";
    /// It went back.
    RewardTakenBack = "reward_taken_back", 409, "This reward went back with a stamp of its card.";
    /// The product is not there.
    RewardProductNotInCart = "reward_product_not_in_cart", 422, "The product that this reward is for is not in the cart.";
    /// No delivery.
    NoShipping = "no_shipping", 422, "The cart has no delivery that this reward could pay.";
    /// Another currency.
    CurrencyMismatch = "currency_mismatch", 422, "The cart is in another currency than the store.";
    /// Other groups.
    GroupNotEligible = "group_not_eligible", 422, "Points are for other groups of customers.";
    /// Too small.
    OrderBelowMinimum = "order_below_minimum", 422, "The order is too small to use points.";
    /// Too large.
    OrderAboveMaximum = "order_above_maximum", 422, "The order is too large to use points.";
    /// Nothing fits.
    NoEligibleItems = "no_eligible_items", 422, "Nothing in the cart can be paid with points.";
    /// Too few points.
    InsufficientPoints = "insufficient_points", 422, "There are not enough points.";
    /// Buys nothing.
    NothingToRedeem = "nothing_to_redeem", 422, "That would take nothing off.";
    /// Limits leave too little.
    BelowMinimumPoints = "below_minimum_points", 422, "The limits leave fewer points than can be used at once.";
    /// The shop gives another discount than was decided.
    DiscountMismatch = "discount_mismatch", 422, "The discount is not the one that these points are worth on this cart.";
    /// Our fault.
    Internal = "internal", 500, "Something went wrong on our side: try again.";
}

impl Code {
    /// The code of a refusal of `rules` or `ledger`, by its stable word.
    pub fn of_refusal(word: &str) -> Self {
        Self::ALL.iter().copied().find(|code| code.code() == word).unwrap_or(Self::Internal)
    }

    /// Whether the same request, later, may succeed.
    pub const fn retry_helps(self) -> bool {
        matches!(self, Self::IdempotencyKeyInUse | Self::ImportBusy | Self::BeingPrepared | Self::Internal)
    }
}

/// An error on the wire.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// `about:blank`: the code says it all.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Stable word.
    pub code: &'static str,
    /// A sentence for a person, in the caller's language.
    pub title: String,
    /// What exactly was wrong here, for a developer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Numbers of a refusal (`required`, `actual`, `missing`, …).
    #[serde(flatten)]
    pub numbers: Map<String, Value>,
    /// Faults, place by place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FieldFault>,
}

impl Problem {
    /// A problem with its English sentence.
    pub fn new(code: Code) -> Self {
        Self {
            kind: "about:blank",
            status: code.status(),
            code: code.code(),
            title: code.sentence().to_owned(),
            detail: None,
            numbers: Map::new(),
            faults: Vec::new(),
        }
    }

    /// A refusal of `rules` or `ledger`, with its numbers.
    pub fn refusal(refusal: &impl Serialize) -> Self {
        let mut numbers = match serde_json::to_value(refusal) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        };
        let code = numbers.remove("code").and_then(|code| code.as_str().map(Code::of_refusal));
        Self { numbers, ..Self::new(code.unwrap_or(Code::Internal)) }
    }

    /// With what exactly was wrong.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With a number or another fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.numbers.insert(name.to_owned(), value.into());
        self
    }

    /// With faults, place by place.
    #[must_use]
    pub fn faults(mut self, faults: Vec<FieldFault>) -> Self {
        self.faults = faults;
        self
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_stable_words_each_once() {
        let mut words: Vec<_> = Code::ALL.iter().map(|code| code.code()).collect();
        assert!(words.iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
    }

    #[test]
    fn a_refusal_keeps_its_numbers() {
        let refusal =
            fidela_rules::Refusal::OrderBelowMinimum { required: 5000, actual: 4000, missing: 1000 };
        let problem = serde_json::to_value(Problem::refusal(&refusal)).unwrap();
        assert_eq!(problem["code"], "order_below_minimum");
        assert_eq!(problem["missing"], 1000);
        assert_eq!(problem["status"], 422);
    }
}
