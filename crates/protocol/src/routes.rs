//! The API as a table: who may call what, and how its writes are made safe to repeat.
//!
//! The edge dispatches from it (an exhaustive match over [`Id`], so no row is without a handler), the
//! OpenAPI document is generated from it, and the tests of repeated and hostile writes run over it.

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Whoever knows the address.
    Anyone,
    /// Who runs the deployment: `Authorization: Bearer <OPERATOR_KEY>`.
    Operator,
    /// The shop's server: `Authorization: Bearer sk_…`; or a person of its team, by their session's cookie.
    Merchant,
    /// A person of a store's team: the cookie that `POST /v1/session` sets.
    Member,
    /// The shopper's widget: `Authorization: Bearer <JWT>`.
    Shopper,
    /// A shop platform: its signature over the raw body.
    Platform,
    /// Tests, on a server that was started as a test server.
    TestClock,
}

impl Caller {
    /// As the OpenAPI document names it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::Operator => "operator",
            Self::Merchant => "merchant",
            Self::Member => "session",
            Self::Shopper => "shopper",
            Self::Platform => "platform",
            Self::TestClock => "test_clock",
        }
    }
}

/// What makes repeating a request safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It writes nothing.
    Read,
    /// The object's own id (and its `updated_at`) is the key, kept for ever.
    Natural,
    /// It can be done once, and is refused afterwards.
    Once,
    /// `Idempotency-Key`: the same key and body answers the same for 30 days.
    Keyed,
}

impl Repeat {
    /// As the OpenAPI document names it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Natural => "natural",
            Self::Once => "once",
            Self::Keyed => "keyed",
        }
    }
}

macro_rules! routes {
    ($($id:ident $method:literal $path:literal $caller:ident $repeat:ident
        $request:tt => $status:literal $answer:tt: $summary:literal;)+) => {
        /// Each route by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each variant's summary stands in the table")]
        pub enum Id { $($id),+ }

        /// All routes.
        pub const ROUTES: &[Route] = &[$(Route {
            id: Id::$id,
            name: stringify!($id),
            method: $method,
            path: $path,
            caller: Caller::$caller,
            repeat: Repeat::$repeat,
            request: schema!($request),
            status: $status,
            answer: schema!($answer),
            summary: $summary,
        }),+];
    };
}

macro_rules! schema {
    (-) => {
        None
    };
    ($name:ident) => {
        Some(stringify!($name))
    };
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// Which.
    pub id: Id,
    /// Its name, as the OpenAPI document's `operationId`.
    pub name: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// Path with `{placeholders}` for whole segments.
    pub path: &'static str,
    /// Who may call it.
    pub caller: Caller,
    /// What makes repeating it safe.
    pub repeat: Repeat,
    /// Schema of the body, if it takes one.
    pub request: Option<&'static str>,
    /// HTTP status of success.
    pub status: u16,
    /// Schema of the answer, if there is one.
    pub answer: Option<&'static str>,
    /// One line for developers.
    pub summary: &'static str,
}

routes! {
    CreateStore "POST" "/v1/stores" Operator Keyed
        CreateStore => 201 StoreCreated: "Create a store; its secrets are shown once.";
    PublicStore "GET" "/v1/stores/{store}/public" Anyone Read
        - => 200 PublicStore: "What the store shows to strangers.";
    PreviewProgram "POST" "/v1/program/preview" Merchant Read
        PreviewRequest => 200 PreviewAnswer: "What a draft would do with an order or a cart, and why; no effect.";
    CardSummary "GET" "/v1/stamp_cards/{card}/summary" Merchant Read
        - => 200 CardSummary: "What a stamp card asks and gives, in the store's language.";
    PutPlan "PUT" "/v1/stores/{store}/plan" Operator Natural
        Plan => 204 -: "Give a store a plan; what it has already keeps working.";
    GetPlan "GET" "/v1/plan" Merchant Read
        - => 200 PlanState: "What the store may use, and how much of it is used.";
    GetSettings "GET" "/v1/settings" Merchant Read
        - => 200 StoreSettings: "Name, language, origins, and how early shoppers are told that points expire.";
    PutSettings "PUT" "/v1/settings" Merchant Natural
        StoreSettings => 200 StoreSettings: "Replace the settings.";
    GetProgram "GET" "/v1/program" Merchant Read
        - => 200 ProgramVersion: "The program in force, with its version as ETag.";
    PutProgram "PUT" "/v1/program" Merchant Natural
        Program => 200 ProgramVersion: "Replace the program; If-Match with the version that was edited.";
    ProgramVersions "GET" "/v1/program/versions" Merchant Read
        - => 200 VersionPage: "Versions of the program, newest first: who published each, and what it changed.";
    ProgramVersionAt "GET" "/v1/program/versions/{version}" Merchant Read
        - => 200 ProgramVersion: "One version of the program; to go back to it, PUT its program with If-Match.";
    GetDraft "GET" "/v1/program/draft" Merchant Read
        - => 200 ProgramDraft: "The draft that the team shares, with its revision as ETag; where there is none, the program in force.";
    PutDraft "PUT" "/v1/program/draft" Merchant Natural
        PutDraft => 200 ProgramDraft: "Save the draft, also one with faults; If-Match with the revision that was edited.";
    DeleteDraft "DELETE" "/v1/program/draft" Merchant Natural
        - => 204 -: "Discard the draft; If-Match with the revision that was seen.";
    GetSetup "GET" "/v1/setup" Merchant Read
        - => 200 Setup: "How far a new store is: program, script tag, first shopper, first order.";
    PreviewMe "POST" "/v1/preview/me" Merchant Read
        PreviewMe => 200 MePreview: "What the widget would show a made-up shopper under a draft of program and theme; no effect.";
    MissionLibrary "GET" "/v1/missions/library" Merchant Read
        - => 200 MissionLibrary: "Each kind of mission in the caller's language, ready to be put into the program.";
    ListIcons "GET" "/v1/icons" Merchant Read
        - => 200 IconList: "The store's own icons, and those that every store has.";
    PutIcon "PUT" "/v1/icons/{icon}" Merchant Natural
        - => 200 Icon: "Upload an icon: PNG, WebP or SVG, at most 64 kB, 32 to 1,024 pixels, at most 4:3.";
    DeleteIcon "DELETE" "/v1/icons/{icon}" Merchant Natural
        - => 204 -: "Delete an icon; missions that name it are shown with their kind's.";
    ListPictures "GET" "/v1/pictures" Merchant Read
        - => 200 PictureList: "Pictures of the store's pages.";
    GetPicture "GET" "/v1/pictures/{picture}" Merchant Read
        - => 200 Picture: "One of these pictures, and what networks do to it.";
    PutPicture "PUT" "/v1/pictures/{picture}" Merchant Natural
        - => 200 Picture: "Upload a picture: `?use=social` (PNG or JPEG, at most 1,000,000 bytes, at least 600 × 315, 1:1 to 2.2:1, best 1200 × 630) or `?use=logo` (PNG, WebP or SVG, at most 128 kB, up to 6:1).";
    DeletePicture "DELETE" "/v1/pictures/{picture}" Merchant Natural
        - => 204 -: "Delete a picture; pages that name it go without.";
    GetTheme "GET" "/v1/theme" Merchant Read
        - => 200 ThemeState: "Colours, font, corners and logo of the widget, the letters and the pages.";
    PutTheme "PUT" "/v1/theme" Merchant Natural
        Theme => 200 ThemeState: "Replace them; what cannot be read well is told.";
    ListPlatforms "GET" "/v1/platforms" Merchant Read
        - => 200 PlatformList: "Shop platforms that can be connected, and where their webhooks go.";
    PutPlatform "PUT" "/v1/platforms/{platform}" Merchant Natural
        PlatformSecrets => 200 Platform: "Connect a shop platform: what it signs its webhooks with, at most two.";
    ListKeys "GET" "/v1/keys" Merchant Read
        - => 200 KeyPage: "The store's secret keys, without their secrets.";
    CreateKey "POST" "/v1/keys" Merchant Keyed
        CreateKey => 201 KeyCreated: "Make a secret key; it is shown once.";
    RevokeKey "DELETE" "/v1/keys/{key}" Merchant Natural
        - => 204 -: "Revoke a secret key; it stops within 5 seconds.";
    ListIdentitySecrets "GET" "/v1/identity_secrets" Merchant Read
        - => 200 IdentitySecretPage: "The secrets that sign shopper tokens, without themselves.";
    CreateIdentitySecret "POST" "/v1/identity_secrets" Merchant Keyed
        - => 201 IdentitySecretCreated: "A second secret for shopper tokens, shown once; both are good until one is removed.";
    DeleteIdentitySecret "DELETE" "/v1/identity_secrets/{secret}" Merchant Natural
        - => 204 -: "Remove a secret: tokens that it signed stop within 5 seconds.";
    SignIn "POST" "/v1/sign_in" Anyone Natural
        SignIn => 202 -: "Send a link to sign in to whoever of a team has this address; the answer is always the same.";
    CreateSession "POST" "/v1/session" Anyone Once
        CreateSession => 200 Session: "Sign in with the token of such a link, once and within 15 minutes; sets the session's cookie.";
    GetSession "GET" "/v1/session" Member Read
        - => 200 Session: "Who is signed in, and what they may do.";
    DeleteSession "DELETE" "/v1/session" Anyone Natural
        - => 204 -: "Sign out; `?everywhere=true` ends all sessions of this person.";
    ListTeam "GET" "/v1/team" Merchant Read
        - => 200 MemberPage: "Who may sign in to the store's console.";
    AddMember "POST" "/v1/team" Merchant Keyed
        AddMember => 201 Member: "Let somebody in: `owner` may do everything, `staff` all but keys, the team and erasing.";
    PutMember "PUT" "/v1/team/{member}" Merchant Natural
        PutMember => 200 Member: "Change somebody's name or role.";
    RemoveMember "DELETE" "/v1/team/{member}" Merchant Natural
        - => 204 -: "Let somebody in no more; their sessions end within 5 seconds.";
    Audit "GET" "/v1/audit" Merchant Read
        - => 200 AuditPage: "Who did what, newest first; what a shop's server does all day is not written down.";
    ListEndpoints "GET" "/v1/webhook_endpoints" Merchant Read
        - => 200 EndpointPage: "Where the store's events go.";
    CreateEndpoint "POST" "/v1/webhook_endpoints" Merchant Keyed
        CreateEndpoint => 201 EndpointCreated: "Have events sent to an address; the secret that signs them is shown once.";
    DeleteEndpoint "DELETE" "/v1/webhook_endpoints/{endpoint}" Merchant Natural
        - => 204 -: "Send nothing to an endpoint any more.";
    RotateEndpointSecret "POST" "/v1/webhook_endpoints/{endpoint}/rotate_secret" Merchant Keyed
        RotateSecret => 200 EndpointCreated: "Another secret for an endpoint, shown once.";
    Deliveries "GET" "/v1/webhook_endpoints/{endpoint}/deliveries" Merchant Read
        - => 200 DeliveryPage: "What became of the events of the last 7 days, newest first.";
    ReplayDelivery "POST" "/v1/webhook_endpoints/{endpoint}/deliveries/{event}/replay" Merchant Natural
        - => 202 Delivery: "Have an event sent again, with the same id.";
    PutOrder "PUT" "/v1/orders/{order}" Merchant Natural
        Order => 200 OrderState: "An order as it is now: awards, claws back, burns and restores points.";
    GetOrder "GET" "/v1/orders/{order}" Merchant Read
        - => 200 OrderState: "An order as it is known, what it earned and why.";
    ListCustomers "GET" "/v1/customers" Merchant Read
        - => 200 CustomerPage: "Shoppers with their points: found by the beginnings of words of name, e-mail and id, sorted and chosen by what was last booked.";
    LiabilityReport "GET" "/v1/reports/liability" Merchant Read
        - => 200 LiabilityReport: "Points that shoppers have and what they are worth, by day and by age; ?format=csv.";
    ActivityReport "GET" "/v1/reports/activity" Merchant Read
        - => 200 ActivityReport: "Points earned, used and expired, day by day; ?format=csv.";
    MissionsReport "GET" "/v1/reports/missions" Merchant Read
        - => 200 MissionsReport: "What missions came to; ?format=csv.";
    ReferralsReport "GET" "/v1/reports/referrals" Merchant Read
        - => 200 ReferralsReport: "How far invitations came, and what they gave; ?format=csv.";
    LevelsReport "GET" "/v1/reports/levels" Merchant Read
        - => 200 LevelsReport: "How many shoppers are on each level now; ?format=csv.";
    PutCustomer "PUT" "/v1/customers/{customer}" Merchant Natural
        CustomerUpdate => 200 CustomerDetail: "A customer as the shop knows them; the newest updated_at wins.";
    GetCustomer "GET" "/v1/customers/{customer}" Merchant Read
        - => 200 CustomerDetail: "Everything about one shopper.";
    EraseCustomer "DELETE" "/v1/customers/{customer}" Merchant Natural
        - => 204 -: "Erase everything about a shopper.";
    CustomerLedger "GET" "/v1/customers/{customer}/ledger" Merchant Read
        - => 200 HistoryPage: "A shopper's history, newest first.";
    CustomerOrders "GET" "/v1/customers/{customer}/orders" Merchant Read
        - => 200 OrderPage: "A shopper's orders with what each earned and why, newest first.";
    AdjustCustomer "POST" "/v1/customers/{customer}/adjustments" Merchant Keyed
        Adjustment => 201 CustomerDetail: "Give or take points by hand, or set them to a number that was seen.";
    CompleteMission "POST" "/v1/missions/{mission}/completions" Merchant Natural
        CompletionRequest => 200 CompletionAnswer: "Tell that a mission was completed: once, or up to 1,000 times with an answer each.";
    ImportTemplateCsv "GET" "/v1/imports/template.csv" Merchant Read
        - => 200 -: "The empty file of an import, as CSV; ?kind=completions|balances, in the caller's language.";
    ImportTemplateXlsx "GET" "/v1/imports/template.xlsx" Merchant Read
        - => 200 -: "The same as XLSX.";
    ListImports "GET" "/v1/imports" Merchant Read
        - => 200 ImportPage: "Imports, newest first.";
    CreateImport "POST" "/v1/imports" Merchant Keyed
        - => 202 ImportEntry: "Upload a file, CSV or XLSX, at most 20 MB: it is checked row by row, without effect; ?start=true goes on where nothing is wrong.";
    GetImport "GET" "/v1/imports/{import}" Merchant Read
        - => 200 Import: "How far an import is, and what its rows came to.";
    DeleteImport "DELETE" "/v1/imports/{import}" Merchant Natural
        - => 204 -: "Forget an import's file and rows; what it granted stays.";
    StartImport "POST" "/v1/imports/{import}/start" Merchant Natural
        - => 202 ImportEntry: "Have the rows counted; afterwards, those that the plan refused once more.";
    RevertImport "POST" "/v1/imports/{import}/revert" Merchant Natural
        - => 202 ImportEntry: "Take back what is left of what an import granted.";
    ImportRows "GET" "/v1/imports/{import}/rows" Merchant Read
        - => 200 ImportRowPage: "Each row, and what became or would become of it.";
    ImportErrors "GET" "/v1/imports/{import}/errors.csv" Merchant Read
        - => 200 -: "What is wrong, as CSV: row, column, value, code, sentence.";
    RemoveReward "DELETE" "/v1/customers/{customer}/rewards/{reward}" Merchant Natural
        - => 200 CustomerDetail: "Remove a shopper's reward; ?reason= says why.";
    ExportCustomer "GET" "/v1/customers/{customer}/export" Merchant Read
        - => 200 Export: "Everything that is stored about a shopper.";
    Guest "GET" "/v1/guests/{email}" Merchant Read
        - => 200 Guest: "What is stored of somebody who ordered without an account.";
    EraseGuest "DELETE" "/v1/guests/{email}" Merchant Natural
        - => 204 -: "Erase what waits for somebody who ordered without an account.";
    Quote "POST" "/v1/quotes" Merchant Read
        QuoteRequest => 200 QuoteAnswer: "What a shopper's points may pay of a cart; no effect.";
    CreateRedemption "POST" "/v1/redemptions" Merchant Keyed
        RedemptionRequest => 201 Redemption: "Hold a shopper's points for a cart.";
    GetRedemption "GET" "/v1/redemptions/{redemption}" Merchant Read
        - => 200 Redemption: "A redemption as it stands.";
    ConfirmRedemption "POST" "/v1/redemptions/{redemption}/confirm" Merchant Keyed
        ConfirmRequest => 200 Redemption: "Decide with the shop's own cart, before payment.";
    CommitRedemption "POST" "/v1/redemptions/{redemption}/commit" Merchant Natural
        - => 200 Redemption: "Spend held points without telling the order.";
    ReleaseRedemption "POST" "/v1/redemptions/{redemption}/release" Merchant Natural
        - => 200 Redemption: "Let held points go.";
    Me "GET" "/v1/me" Shopper Read
        - => 200 Me: "The shopper's page in one request.";
    MyLedger "GET" "/v1/me/ledger" Shopper Read
        - => 200 HistoryPage: "The shopper's own history, newest first.";
    MyOrders "GET" "/v1/me/orders" Shopper Read
        - => 200 MyOrderPage: "The shopper's own orders with what each earned and why, newest first.";
    MyOrder "GET" "/v1/me/orders/{order}" Shopper Read
        - => 200 MyOrder: "Why an order earned what it earned.";
    CompleteMyMission "POST" "/v1/me/missions/{mission}/completions" Shopper Natural
        MyCompletion => 200 CompletionResult: "Say that a mission is done, where the shopper is believed.";
    MyQuote "POST" "/v1/me/quotes" Shopper Read
        QuoteRequest => 200 QuoteAnswer: "What the shopper's points may pay of a cart; no effect.";
    CreateMyRedemption "POST" "/v1/me/redemptions" Shopper Keyed
        RedemptionRequest => 201 Redemption: "Hold points for the cart.";
    ReleaseMyRedemption "DELETE" "/v1/me/redemptions/{redemption}" Shopper Natural
        - => 200 Redemption: "Let held points go.";
    MyInvitations "GET" "/v1/me/invitations" Shopper Read
        - => 200 MyInvitations: "The shopper's link, where to share it, and what became of their invitations.";
    InviteFriends "POST" "/v1/me/invitations" Shopper Keyed
        InviteFriends => 200 InviteAnswer: "Write to friends; the answer is the same whether an address is known or not.";
    ListReferrals "GET" "/v1/referrals" Merchant Read
        - => 200 ReferralPage: "Invitations, newest first: `state`, `inviter`, `signals=true`.";
    GetReferral "GET" "/v1/referrals/{referral}" Merchant Read
        - => 200 Referral: "An invitation, with each step and its reason.";
    ApproveReferral "POST" "/v1/referrals/{referral}/approve" Merchant Natural
        DecideReferral => 200 Referral: "End the review now: both get their points, if the order still counts.";
    RefuseReferral "POST" "/v1/referrals/{referral}/refuse" Merchant Natural
        DecideReferral => 200 Referral: "Refuse an invitation that has not been rewarded.";
    CustomerInvitations "GET" "/v1/customers/{customer}/invitations" Merchant Read
        - => 200 ReferralPage: "A customer's invitations, newest first.";
    PlatformWebhook "POST" "/v1/webhooks/{store}/{platform}" Platform Natural
        WebhookEvent => 200 WebhookAnswer: "Orders and customers, told by a shop platform and signed by it: `generic`, or `shopify` in its own words.";
    AdvanceClock "POST" "/v1/test/advance" TestClock Natural
        AdvanceClock => 200 Advanced: "On a test server: run everything that is due up to a moment.";
    Landing "GET" "/s/{store}" Anyone Read
        - => 200 -: "The program's page for people; works without JavaScript.";
    Invitation "GET" "/r/{code}" Anyone Read
        - => 200 -: "Where an invitation leads: the page that invitees open; works without JavaScript.";
    InvitationGo "GET" "/r/{code}/go" Anyone Read
        - => 303 -: "On to the shop, with the visit in the address (`fidela_ref`); the invitation counts as opened.";
    PreviewInvitation "POST" "/v1/referrals/preview" Merchant Read
        PreviewInvitation => 200 InvitationPreview: "The page that invitees would open, and what networks would show of its link; no effect.";
    StoreIcon "GET" "/i/{store}/{icon}" Anyone Read
        - => 200 -: "A store's own icon, at the address that the API tells.";
    StorePicture "GET" "/pictures/{store}/{picture}" Anyone Read
        - => 200 -: "A store's picture, at the address that the API tells.";
    BuiltInIcon "GET" "/icons/{icon}" Anyone Read
        - => 200 -: "An icon that every store has, as SVG.";
    GetMessages "GET" "/v1/messages" Merchant Read
        - => 200 MessagesState: "What the store says of its letters, with Fidela's own texts.";
    PutMessages "PUT" "/v1/messages" Merchant Natural
        Messages => 200 MessagesState: "Say who letters come from, which are sent, and their texts.";
    PreviewMessage "POST" "/v1/messages/preview" Merchant Read
        PreviewMessage => 200 MessagePreview: "A letter as somebody would get it, with made-up numbers; no effect.";
    TestMessage "POST" "/v1/messages/test" Merchant Read
        PreviewMessage => 202 -: "Send such a letter to whoever is signed in to the console, and to nobody else; nothing changes.";
    UnsubscribePage "GET" "/u/{token}" Anyone Read
        - => 200 -: "Where a letter's link leads: a page with a button; works without JavaScript.";
    Unsubscribe "POST" "/u/{token}" Anyone Natural
        - => 200 -: "No more letters to whoever the link was for (RFC 8058); `action=on`: letters again.";
    DeclinePage "GET" "/n/{token}" Anyone Read
        - => 200 -: "Where an invitation's link leads whoever wants no more of them: a page with a button; works without JavaScript.";
    DeclineInvitations "POST" "/n/{token}" Anyone Natural
        - => 200 -: "No more invitations of the store's to whoever the link was for (RFC 8058); `action=on`: they may come again.";
    Mailbox "GET" "/mail" Anyone Read
        - => 200 -: "On a laptop: letters that were written as files, newest first.";
    MailboxLetter "GET" "/mail/{letter}" Anyone Read
        - => 200 -: "On a laptop: one of these letters; ?part= is `html` or `source`.";
    Guide "GET" "/guide" Anyone Read
        - => 200 -: "The guide to the API: from a new store to the first completed mission.";
    OpenApi "GET" "/openapi.json" Anyone Read
        - => 200 -: "This document.";
    Health "GET" "/healthz" Anyone Read
        - => 200 Health: "Whether the server answers.";
}

/// What a path and a method lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<'p> {
    /// A route, and what stands in its placeholders, still percent-encoded.
    Route(usize, Vec<&'p str>),
    /// Only other methods.
    OtherMethods(Vec<&'static str>),
    /// Nothing.
    Nothing,
}

/// Finds the row for a request.
pub fn find<'p>(method: &str, path: &'p str) -> Found<'p> {
    let mut others = Vec::new();
    for (index, route) in ROUTES.iter().enumerate() {
        if let Some(params) = placeholders(route.path, path) {
            if route.method == method {
                return Found::Route(index, params);
            }
            others.push(route.method);
        }
    }
    if others.is_empty() { Found::Nothing } else { Found::OtherMethods(others) }
}

/// What stands in a pattern's placeholders, if a path fits it.
fn placeholders<'p>(pattern: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let mut params = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        if expected.starts_with('{') {
            if segment.is_empty() {
                return None;
            }
            params.push(segment);
        } else if expected != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_row_of_a_request() {
        let Found::Route(index, params) = find("POST", "/v1/redemptions/rd_1/confirm") else {
            panic!("no route")
        };
        assert_eq!(ROUTES[index].id, Id::ConfirmRedemption);
        assert_eq!(params, ["rd_1"]);
        assert_eq!(find("PATCH", "/v1/program"), Found::OtherMethods(vec!["GET", "PUT"]));
        assert_eq!(find("GET", "/v1/customers/"), Found::Nothing);
        assert_eq!(find("GET", "/v1/programs"), Found::Nothing);
    }

    #[test]
    fn what_writes_says_how_it_is_repeated() {
        for route in ROUTES {
            let writes = route.repeat != Repeat::Read;
            let quotes = matches!(
                route.id,
                Id::Quote
                    | Id::MyQuote
                    | Id::PreviewProgram
                    | Id::PreviewMe
                    | Id::PreviewMessage
                    | Id::TestMessage
                    | Id::PreviewInvitation
            );
            assert_eq!(writes, route.method != "GET" && !quotes, "{}", route.name);
            if route.repeat == Repeat::Keyed {
                assert_eq!(route.method, "POST", "{}", route.name);
            }
        }
    }
}
