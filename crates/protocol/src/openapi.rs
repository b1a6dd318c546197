//! The OpenAPI 3.1 document, from the table of routes and the types on the wire.

use crate::problem::{Code, Problem};
use crate::routes::{Caller, ROUTES, Repeat, Route};
use crate::{
    drafts, events, imports, library, merchant, messages, missions, pages, pictures, plan, platforms,
    referrals, reports, shopper, team,
};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The whole document.
pub fn document() -> Value {
    let mut schemas = Schemas::default();
    let named = schemas.all();
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.method.to_lowercase(), operation(route, &named));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Fidela",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Loyalty for online shops. Integers are minor units of the store's currency, whole points, or basis points; moments are RFC 3339. Errors are application/problem+json with a stable `code`.",
            "license": { "name": "Apache-2.0 OR MIT" },
        },
        "paths": paths,
        "components": {
            "schemas": named,
            "securitySchemes": security_schemes(),
            "headers": {},
        },
        "x-problem-codes": Code::ALL.iter().map(|code| json!({
            "code": code.code(), "status": code.status(), "title": code.sentence(), "retry_helps": code.retry_helps(),
        })).collect::<Vec<_>>(),
    })
}

fn security_schemes() -> Value {
    let bearer =
        |description: &str| json!({ "type": "http", "scheme": "bearer", "description": description });
    json!({
        "operator": bearer("The deployment's OPERATOR_KEY."),
        "merchant": bearer("A store's secret key, sk_…; never in a browser."),
        "session": { "type": "apiKey", "in": "cookie", "name": "__Host-fidela_session", "description": "A person of the store's team, signed in to its console. What writes also needs the header `Fidela-Console: 1` and an `Origin` that is the deployment's own." },
        "shopper": bearer("A JWT (HS256) that the shop's server signs with the store's identity secret."),
        "platform": { "type": "apiKey", "in": "header", "name": "webhook-signature", "description": "Standard Webhooks over the raw body; Shopify signs in X-Shopify-Hmac-Sha256." },
    })
}

#[derive(Default)]
struct Schemas {
    definitions: Map<String, Value>,
}

impl Schemas {
    /// Every named body and answer, with all that they are made of.
    fn all(&mut self) -> Map<String, Value> {
        self.add::<merchant::CreateStore>("CreateStore");
        self.add::<merchant::StoreCreated>("StoreCreated");
        self.add::<fidela_rules::Program>("Program");
        self.add::<merchant::ProgramVersion>("ProgramVersion");
        self.add::<merchant::Page<drafts::VersionRow>>("VersionPage");
        self.add::<drafts::PutDraft>("PutDraft");
        self.add::<drafts::ProgramDraft>("ProgramDraft");
        self.add::<drafts::Setup>("Setup");
        self.add::<drafts::PreviewMe>("PreviewMe");
        self.add::<drafts::MePreview>("MePreview");
        self.add::<merchant::StoreSettings>("StoreSettings");
        self.add::<plan::Plan>("Plan");
        self.add::<plan::PlanState>("PlanState");
        self.add::<library::MissionLibrary>("MissionLibrary");
        self.add::<library::IconList>("IconList");
        self.add::<library::Icon>("Icon");
        self.add::<pictures::PictureList>("PictureList");
        self.add::<pictures::Picture>("Picture");
        self.add::<pictures::Theme>("Theme");
        self.add::<pictures::ThemeState>("ThemeState");
        self.add::<platforms::PlatformList>("PlatformList");
        self.add::<platforms::PlatformSecrets>("PlatformSecrets");
        self.add::<platforms::Platform>("Platform");
        self.add::<merchant::CreateKey>("CreateKey");
        self.add::<merchant::KeyCreated>("KeyCreated");
        self.add::<merchant::Page<merchant::KeyRow>>("KeyPage");
        self.add::<team::SignIn>("SignIn");
        self.add::<team::CreateSession>("CreateSession");
        self.add::<team::Session>("Session");
        self.add::<team::AddMember>("AddMember");
        self.add::<team::PutMember>("PutMember");
        self.add::<team::Member>("Member");
        self.add::<merchant::Page<team::Member>>("MemberPage");
        self.add::<team::IdentitySecretCreated>("IdentitySecretCreated");
        self.add::<merchant::Page<team::IdentitySecretRow>>("IdentitySecretPage");
        self.add::<merchant::Page<team::AuditRow>>("AuditPage");
        self.add::<fidela_rules::Order>("Order");
        self.add::<merchant::OrderState>("OrderState");
        self.add::<merchant::Page<merchant::OrderState>>("OrderPage");
        self.add::<merchant::CustomerUpdate>("CustomerUpdate");
        self.add::<merchant::CustomerDetail>("CustomerDetail");
        self.add::<merchant::Page<merchant::CustomerRow>>("CustomerPage");
        self.add::<reports::LiabilityReport>("LiabilityReport");
        self.add::<reports::ActivityReport>("ActivityReport");
        self.add::<reports::MissionsReport>("MissionsReport");
        self.add::<reports::ReferralsReport>("ReferralsReport");
        self.add::<reports::LevelsReport>("LevelsReport");
        self.add::<merchant::Guest>("Guest");
        self.add::<merchant::PreviewRequest>("PreviewRequest");
        self.add::<merchant::PreviewAnswer>("PreviewAnswer");
        self.add::<merchant::CardSummaryAnswer>("CardSummary");
        self.add::<shopper::MyOrder>("MyOrder");
        self.add::<merchant::Page<shopper::MyOrder>>("MyOrderPage");
        self.add::<merchant::Adjustment>("Adjustment");
        self.add::<merchant::ConfirmRequest>("ConfirmRequest");
        self.add::<merchant::WebhookEvent>("WebhookEvent");
        self.add::<merchant::AdvanceClock>("AdvanceClock");
        self.add::<shopper::PublicStore>("PublicStore");
        self.add::<shopper::Me>("Me");
        self.add::<shopper::HistoryPage>("HistoryPage");
        self.add::<shopper::QuoteRequest>("QuoteRequest");
        self.add::<shopper::QuoteAnswer>("QuoteAnswer");
        self.add::<shopper::RedemptionRequest>("RedemptionRequest");
        self.add::<shopper::Redemption>("Redemption");
        self.add::<events::Event>("Event");
        self.add::<events::CreateEndpoint>("CreateEndpoint");
        self.add::<events::EndpointCreated>("EndpointCreated");
        self.add::<merchant::Page<events::EndpointRow>>("EndpointPage");
        self.add::<events::RotateSecret>("RotateSecret");
        self.add::<events::Delivery>("Delivery");
        self.add::<merchant::Page<events::Delivery>>("DeliveryPage");
        self.add::<missions::Completion>("Completion");
        self.add::<missions::MyCompletion>("MyCompletion");
        self.add::<missions::CompletionResult>("CompletionResult");
        self.add::<missions::CompletionResults>("CompletionResults");
        self.add::<messages::Messages>("Messages");
        self.add::<messages::MessagesState>("MessagesState");
        self.add::<messages::PreviewMessage>("PreviewMessage");
        self.add::<messages::MessagePreview>("MessagePreview");
        self.add::<imports::ImportEntry>("ImportEntry");
        self.add::<merchant::Page<imports::ImportEntry>>("ImportPage");
        self.add::<imports::Import>("Import");
        self.add::<merchant::Page<imports::ImportRow>>("ImportRowPage");
        self.add::<referrals::InviteFriends>("InviteFriends");
        self.add::<referrals::InviteAnswer>("InviteAnswer");
        self.add::<referrals::MyInvitations>("MyInvitations");
        self.add::<referrals::Referral>("Referral");
        self.add::<merchant::Page<referrals::Referral>>("ReferralPage");
        self.add::<referrals::DecideReferral>("DecideReferral");
        self.add::<pages::PreviewInvitation>("PreviewInvitation");
        self.add::<pages::InvitationPreview>("InvitationPreview");
        self.add::<Problem>("Problem");
        let mut plain = |name: &str, schema: Value| self.definitions.insert(name.to_owned(), schema);
        plain(
            "Export",
            json!({ "type": "object", "description": "Everything that is stored about a person." }),
        );
        let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let many =
            json!({ "type": "array", "minItems": 1, "maxItems": 1000, "items": reference("Completion") });
        let batch = json!({
            "type": "object", "additionalProperties": false,
            "properties": { "completions": many }, "required": ["completions"],
        });
        plain("CompletionRequest", json!({ "oneOf": [reference("Completion"), batch] }));
        let answers = [reference("CompletionResult"), reference("CompletionResults")];
        plain("CompletionAnswer", json!({ "oneOf": answers }));
        plain(
            "WebhookAnswer",
            json!({ "type": "object", "properties": { "received": { "type": "boolean" } } }),
        );
        plain("Advanced", json!({ "type": "object", "properties": { "accounts": { "type": "integer" } } }));
        plain("Health", json!({ "type": "object", "properties": { "status": { "const": "ok" } } }));
        std::mem::take(&mut self.definitions)
    }

    fn add<T: JsonSchema>(&mut self, name: &str) {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        });
        let mut generator = SchemaGenerator::new(settings);
        let mut schema = T::json_schema(&mut generator).to_value();
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("$schema");
        }
        self.definitions.insert(name.to_owned(), schema);
        for (part, schema) in generator.take_definitions(true) {
            self.definitions.entry(part).or_insert(schema);
        }
    }
}

fn operation(route: &Route, schemas: &Map<String, Value>) -> Value {
    let content = |name: &str| {
        assert!(schemas.contains_key(name), "{} names the schema {name}, which nobody adds", route.name);
        json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } } })
    };
    let mut answer = json!({ "description": route.summary });
    if let Some(name) = route.answer {
        answer["content"] = content(name);
    }
    let problem = json!({
        "description": "A problem with a stable code.",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    let mut operation = json!({
        "operationId": route.name,
        "summary": route.summary,
        "x-caller": route.caller.word(),
        "x-repeat": route.repeat.word(),
        "parameters": parameters(route),
        "responses": { route.status.to_string(): answer, "default": problem },
    });
    if let Some(name) = route.request {
        operation["requestBody"] = json!({ "required": true, "content": content(name) });
    }
    if route.name == "PutIcon" {
        let picture = |kind: &str| (kind.to_owned(), json!({ "schema": { "contentMediaType": kind } }));
        let content: Map<String, Value> =
            ["image/png", "image/webp", "image/svg+xml"].into_iter().map(picture).collect();
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    if route.name == "PutPicture" {
        let picture = |kind: &str| (kind.to_owned(), json!({ "schema": { "contentMediaType": kind } }));
        let kinds = ["image/png", "image/jpeg", "image/webp", "image/svg+xml"];
        let content: Map<String, Value> = kinds.into_iter().map(picture).collect();
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    if route.name == "CreateImport" {
        let file = json!({ "schema": { "type": "string", "format": "binary" } });
        let workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        operation["requestBody"] =
            json!({ "required": true, "content": { "text/csv": file.clone(), workbook: file } });
    }
    operation["security"] = match route.caller {
        Caller::Anyone | Caller::TestClock => json!([]),
        Caller::Merchant => json!([{ "merchant": [] }, { "session": [] }]),
        caller => json!([{ caller.word(): [] }]),
    };
    operation
}

fn parameters(route: &Route) -> Vec<Value> {
    let mut parameters: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "maxLength": 255 } }))
        .collect();
    if route.repeat == Repeat::Keyed {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
            "description": "The same key and body answers the same for 30 days; secrets that are shown once come back as null.",
        }));
    }
    if matches!(
        route.answer,
        Some("HistoryPage" | "OrderPage" | "CustomerPage" | "DeliveryPage" | "ImportRowPage" | "AuditPage")
    ) {
        parameters.push(json!({ "name": "after", "in": "query", "schema": { "type": "string" } }));
        parameters.push(json!({
            "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 200, "default": 50 },
        }));
    }
    if route.name == "DeleteSession" {
        parameters.push(json!({ "name": "everywhere", "in": "query", "schema": { "type": "boolean" } }));
    }
    if route.answer == Some("CustomerPage") {
        let sorts = ["id", "name", "points", "spent", "last_order", "created"];
        let sorts: Vec<String> = sorts.iter().flat_map(|by| [(*by).to_owned(), format!("-{by}")]).collect();
        let moment =
            json!({ "type": "string", "description": "A day of the store's, or an RFC 3339 moment." });
        let integer = json!({ "type": "integer" });
        parameters.extend([
            json!({ "name": "q", "in": "query", "schema": { "type": "string", "maxLength": 200 } }),
            json!({ "name": "sort", "in": "query", "schema": { "type": "string", "enum": sorts, "default": "id" } }),
            json!({ "name": "level", "in": "query", "schema": integer.clone(), "description": "`spend_from` of a level, or 0." }),
            json!({ "name": "points_min", "in": "query", "schema": integer.clone() }),
            json!({ "name": "points_max", "in": "query", "schema": integer }),
            json!({ "name": "ordered_after", "in": "query", "schema": moment.clone() }),
            json!({ "name": "ordered_before", "in": "query", "schema": moment }),
        ]);
    }
    if route.path.starts_with("/v1/reports/") {
        let day = json!({ "type": "string", "format": "date" });
        let formats = json!({ "type": "string", "enum": ["json", "csv"], "default": "json" });
        parameters.extend([
            json!({ "name": "from", "in": "query", "schema": day.clone(), "description": "30 days, if not said; at most 400." }),
            json!({ "name": "until", "in": "query", "schema": day, "description": "Today, if not said." }),
            json!({ "name": "format", "in": "query", "schema": formats }),
        ]);
    }
    if matches!(route.name, "CreateImport" | "ImportTemplateCsv" | "ImportTemplateXlsx") {
        let kinds = json!({ "type": "string", "enum": ["completions", "balances"] });
        parameters.push(json!({ "name": "kind", "in": "query", "required": true, "schema": kinds }));
        parameters.push(json!({ "name": "mission", "in": "query", "schema": { "type": "string" } }));
    }
    if route.name == "CreateImport" {
        parameters.push(json!({ "name": "start", "in": "query", "schema": { "type": "boolean" } }));
    }
    if route.name == "ImportRows" {
        let told = "Rows that came to one of these, with commas between them.";
        parameters.push(
            json!({ "name": "status", "in": "query", "schema": { "type": "string" }, "description": told }),
        );
    }
    if route.name == "PutPicture" {
        let uses = json!({ "type": "string", "enum": ["social", "logo"], "default": "social" });
        parameters.push(json!({ "name": "use", "in": "query", "schema": uses }));
    }
    if route.name == "PutProgram" {
        parameters.push(json!({ "name": "If-Match", "in": "header", "schema": { "type": "string" } }));
    }
    parameters
}
